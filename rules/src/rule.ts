import type { Duration } from './duration.ts';
import type { Query, RecordedSeries } from './promql.ts';

/** critical: act now, somebody is paged. warning: look today. info: good to know, nobody is told. none: the heartbeat. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** A recording rule; interpolated in another expression it stands for its series. */
export interface Recording extends RecordedSeries {
  readonly expr: Query;
  /** Labels that the rule itself adds. Default: none. */
  readonly staticLabels?: { readonly [label: string]: string };
}

/** An alert as data. Every field that a person on call needs is required. */
export interface Alert {
  readonly alert: string;
  readonly expr: Query;
  /** How long the expression must hold. Absent: fires at once, with the reason in `noForReason`. */
  readonly for?: Duration;
  readonly noForReason?: string;
  /** Keeps firing over gaps in a rate. */
  readonly keepFiringFor?: Duration;
  readonly severity: Severity;
  /** What part of the system it speaks of; notifications are grouped by it. */
  readonly component: string;
  /** One sentence without templates, ending with a period. */
  readonly summary: string;
  /** What is wrong with which series, with `{{ $labels.x }}` and `{{ $value }}`. */
  readonly description: string;
  /** What it means for those who use the system. */
  readonly impact: string;
  /** The first thing to do. */
  readonly action: string;
  /** File under `runbooks/`, without `.md`; the alert's name is a heading in it, or `section` is. */
  readonly runbook: string;
  readonly section?: string;
  /** Dashboard uid, and a panel's title there that plots what the alert compares. */
  readonly dashboard: { readonly uid: string; readonly panel: string };
}

export type Rule = Recording | Alert;

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: Duration;
  readonly rules: readonly Rule[];
}

export const isAlert = (rule: Rule): rule is Alert => 'alert' in rule;
