import type { Recording } from '../model/rule.ts';
import { days } from '../promql/duration.ts';
import {
  asSeconds,
  larger,
  list,
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
} from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import { enabledOf, remembered, type Thing, thing } from '../remembered/index.ts';

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

/** When scheduled work ran and should have. */
export interface ScheduledTimes {
  readonly thing: Thing;
  /** All that is recorded of it, in the order in which it reads each other. */
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
  /** When a run last ended, whatever became of it. */
  readonly lastRun: Recording;
  readonly lastSuccess: Recording;
  readonly lastDuration: Recording;
  /** Until when it is accounted for: its last run ended, its interval changed, it was disabled, or it was declared for the first time. */
  readonly accounted: Recording;
  /** Since when work that has not succeeded yet is waited for: it was declared for the first time, or disabled until then. */
  readonly firstSuccessAwaited: Recording;
  /** How long ago a run ended at all. 0 while it is disabled. */
  readonly runAge: Recording;
  /** How long ago a run succeeded; absent until one does. */
  readonly successAge: Recording;
  /** How old the data is, as its freshness is judged: since the last success, or since the first one has been waited for; no longer than since the interval changed. */
  readonly dataAge: Recording;
  /** How long ago a run ended, of work of which it is longer ago than two runs lie apart, or than a success may. */
  readonly standstill: Recording;
  /**
   * The time of the schedule that counts: one that has come and has had no run yet, however many have come since; else the next one. It is kept while no process says it. A process whose runs
   * happen elsewhere still names the time that it was waiting for, which is over. So is one for which a timer no longer waits, because a run came before it.
   */
  readonly due: Recording;
  /** How long a run has been waited for that should have begun; negative before its time, absent while a run is under way. */
  readonly overdue: Recording;
  /** How long the oldest run that is under way has taken, when it was last looked at. */
  readonly running: Recording;
  readonly isEnabled: Query;
  readonly isDisabled: Query;
  /** How long after the one before a run has ended: the interval, some of it besides, and the time that a run may take where the declaration says it. */
  readonly endsWithin: Query;
  /** Work that has not said how long a run may take, with one under way: it may take as long as a success may be old. */
  readonly atWork: Query;
  /** A start that much after its time is still that start. */
  readonly tolerance: Query;
  /** Work that stands still, and that no process has. */
  readonly isGone: Query;
  /** Work of which a run has been under way for far longer than it may. */
  readonly isStuck: Query;
}

/** What is remembered of all work that runs on a schedule, whatever its domain. */
export function scheduledTimes({ label, noun, metrics, thresholds: at }: ScheduledOptions): ScheduledTimes {
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

  const withinInterval = promql`(${interval} + clamp_min(${at.lateEndShare} * ${interval}, ${at.lateEndSeconds}))`;
  const endsWithin = promql`(
        ${withinInterval} + on (${by}) ${durationObjective}
        or on (${by})
        ${withinInterval}
      )`;
  const tolerance = promql`clamp_max(${at.startToleranceRatio} * ${interval}, ${at.startTolerance})`;

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
  const exporters = work.stated(metrics.interval, ['job']);
  const exportedBy: Recording = {
    record: `${label}_job:${noun}_exporter:info`,
    labels: [label, 'job'],
    expr: promql`topk by (${by}) (1, 0 * ${exporters} + 1)`,
  };
  const view: Recording = {
    ...named('view_timestamp_seconds:min'),
    expr: promql`min by (${by}) (timestamp(${metrics.interval}))
      or on (${by})
      0 * ${work.seen} + time()`,
  };

  const lastRun = work.newest(metrics.lastRun);
  const lastSuccess = work.newest(metrics.lastSuccess);
  const lastDuration = work.ofLatest(metrics.lastRunDuration, metrics.lastRun, lastRun);
  const accounted = recording(
    'accounted_timestamp_seconds:last_known',
    (self) => promql`${isDisabled} + time()
      or on (${by})
      ${larger(labels, promql`(${larger(labels, lastRun, intervalChanged)})`, work.known(self))}
      or on (${by})
      min by (${by}) (${metrics.declared})`,
  );
  const firstSuccessAwaited = recording(
    'first_success_awaited_timestamp_seconds:last_known',
    (self) => promql`0 * (${isDisabled} or ${lastSuccess}) + time()
      or on (${by})
      ${work.known(self)}
      or on (${by})
      min by (${by}) (${metrics.declared})`,
  );
  const runAge: Recording = {
    ...named('run_age_seconds:last_known'),
    expr: promql`clamp_min(${view} - on (${by}) ${accounted}, 0)`,
  };
  const successAge: Recording = {
    ...named('success_age_seconds:last_known'),
    expr: promql`clamp_min(${view} - on (${by}) ${lastSuccess}, 0)`,
  };
  const lastGood = promql`(${successAge} or on (${by}) ${view} - on (${by}) ${firstSuccessAwaited})`;
  const sinceChange = promql`(${view} - on (${by}) ${intervalChanged})`;
  const dataAge: Recording = {
    ...named('data_age_seconds:judged'),
    expr: promql`${lastGood} <= on (${by}) ${sinceChange}
      or on (${by})
      (${sinceChange} and on (${by}) ${lastGood})
      or on (${by})
      ${lastGood}`,
  };
  const atWork = promql`(${runAge} <= on (${by}) ${freshnessObjective} and on (${by}) ${metrics.runStarted} unless on (${by}) ${durationObjective})`;
  const standstill: Recording = {
    ...named('standstill_seconds:last_known'),
    expr: promql`(${runAge} > on (${by}) ${endsWithin} unless on (${by}) ${atWork})
      or on (${by})
      ${runAge} > on (${by}) ${freshnessObjective}`,
  };
  // A timer counts from the last run, also from one that came before its time: what it waited for until then is over. A cron expression does not.
  const countsAnew = promql`abs((${metrics.nextRun} > time()) - on (${by}) group_left () (${accounted} + ${interval}))
        <= on (${by}) group_left () ${tolerance}`;
  const due = recording(
    'due_timestamp_seconds:last_known',
    (self) => promql`(
        ${work.known(self)} <= time() > on (${by}) ${accounted} + ${tolerance}
        unless on (${by})
        ${countsAnew}
      )
      or on (${by})
      (max by (${by}) (${metrics.nextRun}) > on (${by}) ${accounted})
      or on (${by})
      ${work.known(self)}`,
  );
  const overdue: Recording = {
    ...named('overdue_seconds:last_known'),
    expr: promql`${view} - on (${by}) (${due} > on (${by}) ${accounted})
      unless on (${by}) ${metrics.runStarted}`,
  };
  const running: Recording = {
    ...named('running_seconds:max'),
    expr: promql`max by (${by}) (timestamp(${metrics.runStarted}) - ${metrics.runStarted})`,
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
    lastRun,
    lastSuccess,
    lastDuration,
    accounted,
    firstSuccessAwaited,
    runAge,
    successAge,
    dataAge,
    standstill,
    due,
    overdue,
    running,
  };
  return {
    ...recorded,
    thing: work,
    recordings: [...work.register, ...Object.values(recorded)],
    isEnabled,
    isDisabled,
    endsWithin,
    atWork,
    tolerance,
    isGone: promql`(${standstill} and on (${by}) ${work.gone})`,
    isStuck: promql`(${running} > on (${by}) ${at.stuckRatio} * ${durationObjective})`,
  };
}
