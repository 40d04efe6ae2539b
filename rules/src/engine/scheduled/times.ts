import type { Recording } from '../model/rule.ts';
import { larger, list, promql, type Query, type RecordedSeries } from '../promql/promql.ts';
import { type ScheduledDeclarations, type ScheduledOptions, scheduledDeclarations } from './declared.ts';

/** When scheduled work ran and should have, by what is declared of it. */
export interface ScheduledTimes extends ScheduledDeclarations {
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
export function scheduledTimes(options: ScheduledOptions): ScheduledTimes {
  const { label, noun, metrics, thresholds: at } = options;
  const declared = scheduledDeclarations(options);
  const {
    thing: work,
    interval,
    intervalChanged,
    freshnessObjective,
    durationObjective,
    isDisabled,
    view,
  } = declared;
  const labels = [label];
  const by = list(labels);
  const named = (record: string): RecordedSeries => ({ record: `${label}:${noun}_${record}`, labels });
  const recording = (name: string, expr: (self: RecordedSeries) => Query) =>
    work.recording(`${noun}_${name}`, expr);

  const withinInterval = promql`(${interval} + clamp_min(${at.lateEndShare} * ${interval}, ${at.lateEndSeconds}))`;
  const endsWithin = promql`(
        ${withinInterval} + on (${by}) ${durationObjective}
        or on (${by})
        ${withinInterval}
      )`;
  const tolerance = promql`clamp_max(${at.startToleranceRatio} * ${interval}, ${at.startTolerance})`;

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
    ...declared,
    ...recorded,
    recordings: [...declared.recordings, ...Object.values(recorded)],
    endsWithin,
    atWork,
    tolerance,
    isGone: promql`(${standstill} and on (${by}) ${work.gone})`,
    isStuck: promql`(${running} > on (${by}) ${at.stuckRatio} * ${durationObjective})`,
  };
}
