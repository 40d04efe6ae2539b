import type { Duration } from './duration.ts';
import type { RuleGroup } from './rule.ts';

/** A file of rule groups, as Prometheus loads it. */
export interface RuleFile {
  readonly file: string;
  readonly about: string;
  readonly groups: readonly RuleGroup[];
  /** What Prometheus must keep for its windows. Default: the 15 days that it keeps unless told otherwise. */
  readonly retention?: Duration;
}
