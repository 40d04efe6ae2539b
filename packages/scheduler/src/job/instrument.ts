import { classifyError, DeclarationError, TIMEOUT } from '@sightglass/core';
import { logRun, measureRun, type RunResult, readable, timeOf, withRetries } from '@sightglass/core/authors';
import type { Job } from './declare.ts';
import * as metrics from './metrics.ts';
import { type EndStatus, isOneOf, runStatuses, TRIGGERS, type Trigger } from './outcomes.ts';
import { recordRun } from './record-run.ts';
import { logOf, trackerOf } from './registry.ts';
import { endSeries, isRetired } from './retire.ts';
import { type Run, type RunStart, RunState, type SchedulerTraits } from './run.ts';
import type { BegunRun, Tracker } from './tracker.ts';

/**
 * Work that records its runs. Give it to any scheduler as the function to call; call it yourself with a {@link RunStart} first to say what started it.
 * Resolves to what the work gave back, or to undefined when it did not run (not enabled, retired, or skipped because a run is under way). Rejects with what the work threw.
 */
export interface InstrumentedJob<A extends readonly unknown[], R> {
  (...args: A): Promise<R | undefined>;
  (start: RunStart, ...args: A): Promise<R | undefined>;
}

/**
 * Wraps the work of a declared job, so that each run is counted, timed, traced and logged when it has ended, and is visible while it is under way.
 * The work gets the {@link Run}, then whatever the scheduler calls with, and the `this` that it is called on. Starts that do not come are counted from now on, unless `scheduler` is elsewhere.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned, or the work is no function.
 */
export function instrumentJob<A extends readonly unknown[], R>(
  job: Job,
  work: (run: Run, ...args: A) => R | Promise<R>,
  scheduler: 'here' | 'elsewhere' = 'here',
): InstrumentedJob<A, R> {
  const instrumented = instrumentFor({}, job, work);
  if (scheduler !== 'elsewhere') trackerOf(job).watch();
  return instrumented;
}

/** As `instrumentJob`, for adapters, which watch for starts by themselves where they do. */
export function instrumentFor<A extends readonly unknown[], R>(
  traits: SchedulerTraits,
  job: Job,
  work: (run: Run, ...args: A) => R | Promise<R>,
): InstrumentedJob<A, R> {
  trackerOf(job);
  if (typeof work !== 'function')
    throw new DeclarationError('The instrumented job', ['the work must be a function']);
  return async function (this: unknown, ...given: readonly unknown[]) {
    const [start, args] = isRunStart(given[0]) ? [given[0], given.slice(1)] : [BY_SCHEDULE, given];
    return runJob(trackerOf(job), traits, start, (run) => work.call(this, run, ...(args as unknown as A)));
  };
}

const BY_SCHEDULE: RunStart = { trigger: 'scheduled' };

/** Whether a call says what started it. Schedulers call with objects that have no `trigger` of ours. */
export function isRunStart(value: unknown): value is RunStart {
  if (typeof value !== 'object' || value === null) return false;
  return (
    readable(() => Object.hasOwn(value, 'trigger') && triggerOf(value as RunStart) !== undefined) === true
  );
}

function triggerOf(start: RunStart): Trigger | undefined {
  const said = readable(() => start.trigger);
  return TRIGGERS.find((trigger) => trigger === said);
}

async function runJob<R>(
  tracker: Tracker,
  { handsBack = () => false, givesUp = () => false }: SchedulerTraits,
  start: RunStart,
  work: (run: Run) => R | Promise<R>,
): Promise<R | undefined> {
  const { options } = tracker;
  const trigger = triggerOf(start) ?? 'scheduled';
  if (tracker.state === 'retired' || (trigger === 'scheduled' && !tracker.enabled)) return undefined;
  const scheduledForMs = readable(() => timeOf(start.scheduledFor));
  const cancel = readable(() => start.signal);
  if (options.overlap === 'skip' && tracker.running > 0) {
    tracker.skip('skipped_overlap', trigger, scheduledForMs);
    return undefined;
  }
  const begun = tracker.begin(trigger, scheduledForMs);
  const retried = () => {
    if (!isRetired(tracker.name)) metrics.jobRetries.add(1, { job_name: tracker.name });
  };
  const state = new RunState(trigger, begun.scheduledForMs, retried, handsBack);
  let aborted: AbortSignal | undefined;
  const result = await measureRun(
    {
      scope: '@sightglass/scheduler',
      name: 'job.run',
      attributes: { job_name: tracker.name, trigger, run_id: state.id },
      timeoutSeconds: options.timeoutSeconds,
      signal: cancel,
      classify: options.classify,
      isFailure: (error) => !handsBack(error),
    },
    (signal) => {
      aborted = signal;
      return withRetries(
        options.retries ?? 0,
        { signal, isFinal: (error) => handsBack(error) || givesUp(error) },
        retried,
        (attempt) => work(state.facing(attempt, signal)),
      );
    },
    (result) => {
      tracker.finish(begun);
      if (result.ok && state.isLocked && !isRetired(tracker.name))
        tracker.countSkipped('skipped_lock', trigger, begun.scheduledForMs, { run_id: state.id });
      else {
        const isBack = !result.ok && handsBack(result.error);
        const status = isBack ? 'handed_back' : statusOf(result, state, aborted, cancel);
        record(tracker, trigger, begun, state, result, status);
      }
    },
  );
  if (!result.ok) throw result.error;
  return result.value;
}

function statusOf(
  result: RunResult<unknown>,
  state: RunState,
  signal: AbortSignal | undefined,
  cancel: AbortSignal | undefined,
): EndStatus {
  if (result.ok) return state.isPartial ? 'partial' : 'success';
  const isReasonOf = (one: AbortSignal | undefined) =>
    readable(() => one?.aborted === true && one.reason === result.error) === true;
  // A run is ended by its time limit or by whoever started it, who may have a limit of its own: the reason says so.
  if (!isReasonOf(signal) && !isReasonOf(cancel)) return 'failed';
  return classifyError(result.error) === TIMEOUT ? 'timeout' : 'cancelled';
}

function record(
  tracker: Tracker,
  trigger: Trigger,
  { latenessMs }: BegunRun,
  { id }: RunState,
  result: RunResult<unknown>,
  status: EndStatus,
): void {
  const { name: job_name } = tracker;
  const { durationSeconds: duration_seconds } = result;
  const retired = isRetired(job_name);
  // A run that outlived its job may have recorded something meanwhile.
  if (retired) endSeries(job_name);
  else recordRun(job_name, trigger, status, duration_seconds);
  const lateness = latenessMs === undefined ? {} : { start_lateness_seconds: latenessMs / 1000 };
  const fields = { job_name, trigger, status, run_id: id, duration_seconds, ...lateness };
  if (result.ok || !isOneOf(runStatuses.failed, status)) {
    logRun('job', fields, undefined, logOf(job_name));
    return;
  }
  if (!retired) metrics.jobErrors.add(1, { job_name, error_type: result.errorType });
  logRun('job', { ...fields, error_type: result.errorType }, result.error, logOf(job_name));
}
