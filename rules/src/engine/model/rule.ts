import type { Duration } from '../promql/duration.ts';
import type { Query, RecordedSeries } from '../promql/promql.ts';

/** critical: act now, somebody is paged. warning: look today. info: good to know, nobody is told. none: the heartbeat. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** A recording rule; interpolated in another expression it stands for its series. */
export interface Recording extends RecordedSeries {
  readonly expr: Query;
  /** Labels that the rule itself adds. Default: none. */
  readonly staticLabels?: { readonly [label: string]: string };
  /** Whether later evaluations remember it, so that a copy of it is made every hour. Default false. */
  readonly kept?: boolean;
}

/**
 * An alert as a mixin declares it; the component is that of the mixin. What ships has every field that a person on call needs, which a test holds; what
 * is left out is left out of the rule.
 */
export interface AlertOptions {
  readonly alert: string;
  readonly expr: Query;
  /** How long the expression must hold. Absent: fires at once, with the reason in `noForReason`. */
  readonly for?: Duration;
  readonly noForReason?: string;
  /** Keeps firing over gaps in a rate. */
  readonly keepFiringFor?: Duration;
  readonly severity: Severity;
  /**
   * Labels that alerts of one cause share: they are one page and one incident, however many things they name. Such as `['job']` where one
   * process that dies takes all of its jobs along. Default: each thing is an incident of its own.
   */
  readonly incident?: readonly string[];
  /**
   * Set when the alert is about the monitoring itself (Prometheus, Alertmanager), of which there is one for all installations: it reads no selected
   * series and carries no label of a selector, so that two installations raise one alert and not two.
   */
  readonly ofMonitoring?: true;
  /** One sentence without templates, ending with a period. */
  readonly summary: string;
  /** What is wrong with which series, with `{{ $labels.x }}` and `{{ $value }}`. */
  readonly description: string;
  /** What it means for those who use the system. */
  readonly impact?: string;
  /** The first thing to do. */
  readonly action?: string;
  /**
   * The labels of the thing that it speaks of, where its series can have more: SLOs share their series. Whoever owns the thing owns the alert.
   * Default: all labels of its expression.
   */
  readonly about?: readonly string[];
  /** File under `runbooks/`, without `.md`; the alert's name is a heading in it, or `section` is. */
  readonly runbook?: string;
  readonly section?: string;
  /** The names that presets give it, of the mixins that it is rendered with: set by the fold over mixins. */
  readonly otherNames?: readonly string[];
  /** Dashboard uid, and a panel's title there that plots what the alert compares. */
  readonly dashboard?: { readonly uid: string; readonly panel: string };
}

/** An alert, with what part of the system it speaks of. */
export interface Alert extends AlertOptions {
  readonly component: string;
  /** Who answers for it, where it names nothing that has an owner of its own. Default: nobody. */
  readonly owner?: string;
  /** The expression before the owner was joined to it, which tells of all things, whether they page or not. Default: the expression. */
  readonly ofAll?: Query;
}

export type Rule = Recording | Alert;

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: Duration;
  readonly rules: readonly Rule[];
}

/** A file of rule groups, as Prometheus loads it. */
export interface RuleFile {
  readonly file: string;
  readonly about: string;
  readonly groups: readonly RuleGroup[];
  /** What Prometheus must keep for its windows. Default: the 15 days that it keeps unless told otherwise. */
  readonly retention?: Duration;
}

export const isAlert = (rule: Rule): rule is Alert => 'alert' in rule;
