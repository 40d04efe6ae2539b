import type { ExternalMetric, MetricReference, Query, RecordedSeries } from '../promql/promql.ts';
import type { BudgetPolicy } from './policy.ts';

/** A counter of ours or of somebody else's. */
export type Counter = MetricReference | ExternalMetric;

/** Labels whose values tell the subjects of an SLO apart, such as `job_name`: each has a budget and alerts of its own. None for one of all. */
export type Subject = readonly string[];

interface Traffic {
  readonly by: Subject;
  /**
   * Events that a quiet hour has. The engine takes the floors of the alerts from it: where a single bad event could reach a burn rate, some
   * more are asked for; where a burn rate can not be reached at all, the SLO is refused.
   */
  readonly eventsPerHour: number;
}

/** Bad events among all: requests, messages. */
export interface RatioSli extends Traffic {
  readonly kind: 'ratio';
  readonly total: Counter;
  readonly bad: Counter;
}

/** Events that took too long: beyond a bound, which must be a bucket of the histogram. */
export interface LatencySli extends Traffic {
  readonly kind: 'latency';
  readonly histogram: MetricReference;
  readonly withinSeconds: number;
}

/**
 * Runs that are rare, such as those of a job every six hours. They are counted, each of them, over days: a rate of them over an hour is 0 or 1.
 */
export interface RunsSli {
  readonly kind: 'runs';
  readonly by: Subject;
  readonly runs: { readonly total: Counter; readonly bad: Counter };
  /** The declared time between two runs, in seconds. It has the labels of the subject. */
  readonly interval: RecordedSeries;
  /** Only subjects that have this series, such as an objective of their own. It has their labels. Default: all that have an interval. */
  readonly subjects?: RecordedSeries;
  /** The window for subjects that have fewer than twenty runs in the SLO's own. */
  readonly rareWindowDays: number;
}

/**
 * Slices of time, good while something happened recently enough. Makes continuous samples of rare events, so that burn rates hold
 * for them; goes on while the process is dead, as long as the age does.
 */
export interface FreshnessSli {
  readonly kind: 'freshness';
  readonly by: Subject;
  /** How long ago it happened, in seconds, by the labels of the subject. It must grow on while nobody exports anything. */
  readonly age: Query;
  /** How long ago it may be, in seconds, by `limitBy`. One that changes is held against what happens from then on. */
  readonly limit: Query;
  /** Labels of the limit: some of the subject's. */
  readonly limitBy: Subject;
  /** Subjects that are stopped on purpose, by the labels of the limit: their time does not count. Default: none. */
  readonly paused?: Query;
}

export type Sli = RatioSli | LatencySli | RunsSli | FreshnessSli;

/** A service level objective as data: all that its rules, alerts, documents and reports are made of. */
export interface Slo {
  /** Lower-case words with hyphens, such as `job-success`; the label `slo` of all its series, and in CamelCase in the names of its alerts. */
  readonly name: string;
  /** What is promised to whom, in one sentence. */
  readonly description: string;
  /** Who answers for it and decides by its budget. */
  readonly owner: string;
  /** The share of events, runs or time that is good, between 0 and 1. */
  readonly objective: number;
  /** An objective of each subject's own; where it has none, `objective` holds. For runs only. */
  readonly objectivePerSubject?: RecordedSeries;
  /** The rolling window that it is promised over. */
  readonly windowDays: number;
  readonly sli: Sli;
  /** Why this objective, this window and this measure. */
  readonly rationale?: string;
  /** What a broken promise means for those who use the system. */
  readonly impact?: string;
  /** The first thing to do when the budget burns. */
  readonly action?: string;
  /** What is done at which rest of the budget. Default: the five levels of {@link BUDGET_POLICY}. */
  readonly policy: BudgetPolicy;
  /** File under `runbooks/`, without `.md`, with a section for each of its alerts. */
  readonly runbook?: string;
  /** Of a system that others run: it is watched, and nobody is paged for it. Default false. */
  readonly dependency: boolean;
  /** Whether burning fast wakes somebody; else the alert is a warning. Default true. */
  readonly pages: boolean;
  /**
   * Alerts with the labels of the subject, such as that a job is gone, that say already why the budget burns. While one of them fires, and
   * for as long afterwards as its time still counts, the alerts of this SLO hold back: one outage is one page. Default: none.
   */
  readonly explainedBy: readonly string[];
  /** Where the promise comes from, such as the id of a requirement. Default: none. */
  readonly source?: string;
}

/** An SLO with what part of the system its alerts speak of: the component of the mixin that declares it. */
export type OwnedSlo = Slo & { readonly component: string };

/** What {@link slo} takes: the defaults may be left out. */
export type SloOptions = Omit<Slo, Defaulted> & Partial<Pick<Slo, Defaulted>>;

type Defaulted = 'policy' | 'dependency' | 'pages' | 'explainedBy';

/** Whether alerts judge the SLO by counts of runs, by burn rates of slices of time, or by burn rates of traffic. */
export type Strategy = 'counts' | 'slices' | 'traffic';

export function strategyOf({ kind }: Sli): Strategy {
  if (kind === 'runs') return 'counts';
  return kind === 'freshness' ? 'slices' : 'traffic';
}
