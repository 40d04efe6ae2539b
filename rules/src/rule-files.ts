import { aliasesGroup } from './aliases/index.ts';
import { offloadGroup, offloadWindowsGroup } from './groups/offload/index.ts';
import { telemetryGroup } from './groups/telemetry.ts';
import type { RuleGroup } from './rule.ts';

/** A file of rule groups, as Prometheus loads it. */
export interface RuleFile {
  readonly file: string;
  readonly about: string;
  readonly groups: readonly RuleGroup[];
}

/** Every file that is rendered. `target` is a PromQL matcher list that finds the targets which must be there, such as `job="offload"`. */
export const ruleFiles = (target?: string): readonly RuleFile[] => [
  {
    file: 'offload.yml',
    about: 'The offload of tables to a cold tier: what its alerts compare, and the alerts.',
    groups: [offloadWindowsGroup, offloadGroup],
  },
  {
    file: 'telemetry.yml',
    about: 'The measuring itself: targets, readings, lost measurements, rules, notifications.',
    groups: [telemetryGroup(target)],
  },
  {
    file: 'aliases.yml',
    about:
      'Names that the reference systems used and that differ here, for queries written before. Load it only if you have such queries.',
    groups: [aliasesGroup],
  },
];
