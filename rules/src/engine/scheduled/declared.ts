import type { Recording } from '../model/rule.ts';
import { days } from '../promql/duration.ts';
import {
  asSeconds,
  list,
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
} from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import { enabledOf, exportedByOf, remembered, type Thing, thing } from '../remembered/index.ts';

/** What a domain exports of work that runs on a schedule. */
export interface ScheduledMetrics {
  readonly interval: MetricReference;
  readonly freshnessObjective: MetricReference;
  readonly successObjective: MetricReference;
  /** How long a run may take; absent for work that has not said so. */
  readonly durationObjective: MetricReference;
  readonly lifecycle: MetricReference;
  readonly owner: MetricReference;
  readonly pages: MetricReference;
  readonly declared: MetricReference;
  readonly nextRun: MetricReference;
  readonly running: MetricReference;
  readonly runStarted: MetricReference;
  readonly lastRun: MetricReference;
  readonly lastRunDuration: MetricReference;
  readonly lastSuccess: MetricReference;
  readonly consecutiveFailures: MetricReference;
  /** Runs by `status`, those that never began among them. */
  readonly runs: MetricReference;
  readonly runDuration: MetricReference;
  readonly startLateness: MetricReference;
}

/** What the times of such work are compared with, each the domain's own. */
export interface ScheduledThresholds {
  readonly clockTolerance: Threshold;
  /** How many times its freshness objective, and a day, work that is gone is remembered at least. */
  readonly keptFreshness: Threshold;
  /** What a run may end later than the one before: a share of the interval, and this at least. */
  readonly lateEndShare: Threshold;
  readonly lateEndSeconds: Threshold;
  /** How long after its time a start still counts as that start: a share of the interval, and this at most. */
  readonly startTolerance: Threshold;
  readonly startToleranceRatio: Threshold;
  /** Of the duration that a run may take: one that takes as many times as long hangs. */
  readonly stuckRatio: Threshold;
}

export interface ScheduledOptions {
  /** The label that tells one piece of work from another, such as `job_name`. */
  readonly label: string;
  /** A word for it, with which the names of its recordings begin, such as `job`. */
  readonly noun: string;
  readonly metrics: ScheduledMetrics;
  readonly thresholds: ScheduledThresholds;
}

/** What is declared and said of scheduled work, and who has it. */
export interface ScheduledDeclarations {
  readonly thing: Thing;
  /** All that is recorded of that, in the order in which it reads each other. */
  readonly recordings: readonly Recording[];
  readonly intervalChanged: Recording;
  readonly interval: Recording;
  readonly freshnessObjective: Recording;
  /** How long a run may take; absent for work that has not said so. */
  readonly durationObjective: Recording;
  /** The share of runs that each promises. */
  readonly successObjective: Recording;
  /**
   * Whether it is meant to run, 1 or 0, by what was last said. A process that stands by or stops says nothing of that: who waits to be elected does not know, and a process that ends is no
   * wish of a person.
   */
  readonly enabled: Recording;
  readonly owner: Recording;
  readonly doesNotPage: Recording;
  /** The owner of each, and `pages="false"` on what must not page: one series of value 1 for each. */
  readonly ownership: Recording;
  readonly exporters: Recording;
  /** Which service, by the `job` label of its targets, exported each last. */
  readonly exportedBy: Recording;
  /**
   * The time at which each was last looked at: that of the oldest sample of its replicas, so that no age is judged finer than the scrapes that show it; now, when no process has it.
   */
  readonly view: Recording;
  readonly isEnabled: Query;
  readonly isDisabled: Query;
}

/** What is remembered of what is declared and said of work that runs on a schedule, whatever its domain. */
export function scheduledDeclarations({
  label,
  noun,
  metrics,
  thresholds: at,
}: ScheduledOptions): ScheduledDeclarations {
  const labels = [label];
  const by = list(labels);
  const named = (record: string): RecordedSeries => ({ record: `${label}:${noun}_${record}`, labels });
  const INTERVAL = named('interval_seconds:last_known');
  const FRESHNESS = named('freshness_objective_seconds:last_known');
  const inMetric = (
    metric: MetricReference,
    matchers: { readonly [name: string]: string },
  ): MetricReference => ({
    descriptor: metric.descriptor,
    matchers,
  });
  // One that no process has is remembered for a week, or for as long as its freshness and a page need.
  const work = thing({
    labels,
    noun,
    declared: metrics.interval,
    keptFor: days(7),
    keptLonger: promql`(${at.keptFreshness} * ${remembered(FRESHNESS)} + ${asSeconds(days(1))})`,
    retired: promql`(${inMetric(metrics.lifecycle, { state: 'retired' })} == 1)`,
    clockTolerance: at.clockTolerance,
  });
  const recording = (name: string, expr: (self: RecordedSeries) => Query) =>
    work.recording(`${noun}_${name}`, expr);
  const inState = (state: 'enabled' | 'disabled') =>
    promql`max by (${by}) (${inMetric(metrics.lifecycle, { state })} == 1)`;

  // When the declared interval last became another: what was before is not judged by it. Evaluated before the interval itself.
  const intervalChanged = recording(
    'interval_changed_timestamp_seconds:last_known',
    (self) => promql`0 * (max by (${by}) (${metrics.interval}) != on (${by}) ${remembered(INTERVAL)}) + time()
      or on (${by})
      ${work.known(self)}`,
  );
  const interval = work.lastKnown(metrics.interval);
  const freshnessObjective = work.lastKnown(metrics.freshnessObjective);
  const durationObjective = work.stated(metrics.durationObjective);
  const successObjective = work.lastKnown(metrics.successObjective);

  const enabled = enabledOf(work, noun, inState);
  const isEnabled = promql`(${enabled} == 1)`;
  const isDisabled = promql`(${enabled} == 0)`;

  const owner = work.stated(metrics.owner, ['owner']);
  const doesNotPage = work.stated(metrics.pages);
  const ownership: Recording = {
    record: `${label}_owner_pages:${noun}_ownership:info`,
    labels: [label, 'owner', 'pages'],
    expr: promql`label_replace(
        topk by (${by}) (1, ${owner} or on (${by}) 0 * ${work.seen} + 1) and on (${by}) ${doesNotPage},
        "pages", "false", "", ""
      )
      or on (${by})
      topk by (${by}) (1, ${owner} or on (${by}) 0 * ${work.seen} + 1)`,
  };
  const { exporters, exportedBy } = exportedByOf(work, noun, metrics.interval);
  const view: Recording = {
    ...named('view_timestamp_seconds:min'),
    expr: promql`min by (${by}) (timestamp(${metrics.interval}))
      or on (${by})
      0 * ${work.seen} + time()`,
  };

  const recorded = {
    intervalChanged,
    interval,
    freshnessObjective,
    durationObjective,
    successObjective,
    enabled,
    owner,
    doesNotPage,
    ownership,
    exporters,
    exportedBy,
    view,
  };
  return {
    ...recorded,
    thing: work,
    recordings: [...work.register, ...Object.values(recorded)],
    isEnabled,
    isDisabled,
  };
}
