import { NODE_CRON, readCron } from '../cron/index.ts';
import type { CronJob } from '../job/declare.ts';
import { instrumentFor } from '../job/instrument.ts';
import { declared, readable } from '../job/readable.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { timeOf } from '../job/timetable.ts';
import type { Reader } from '../job/tracker.ts';

/** What node-cron tells of an execution. */
interface NodeCronContext {
  /** The time of the schedule. */
  readonly date: Date;
  readonly execution?: { readonly reason: 'invoked' | 'scheduled' };
}

interface NodeCronTask<C> {
  on(
    event:
      | 'execution:missed'
      | 'execution:overlap'
      | 'execution:skipped'
      | 'task:started'
      | 'task:stopped'
      | 'task:destroyed',
    listener: (context: C) => void,
  ): void;
}

interface NodeCronOptions {
  readonly timezone?: string;
  readonly noOverlap?: boolean;
  /** How much later than its time a run may begin at random, in milliseconds. */
  readonly maxRandomDelay?: number;
}

/** node-cron 4, as far as it is used here. */
interface NodeCron<C, T, O> {
  schedule(expression: string, work: (context: C) => unknown, options?: O): T;
}

/**
 * Schedules a job with node-cron (4): `scheduleNodeCron(cron, job, work)`. Returns node-cron's task. `options` are node-cron's own; the time zone is the job's, whatever they say.
 * The schedule is read as node-cron reads it from then on: where it names a day of the month and a weekday, a day must be both. With `maxRandomDelay` a start is expected as much later.
 * What node-cron misses, keeps apart (`noOverlap`) or leaves to another process (`distributed`) is counted as it says so; `task.execute()` is a manual run.
 * `task.stop()` and `task.destroy()` say `job.stop()`, because nothing starts it here any more; so does `maxExecutions` when it is reached, and `task.start()` takes it back. A person who
 * switches the job off says `job.disable()`.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned, and what node-cron throws.
 */
export function scheduleNodeCron<
  C extends NodeCronContext,
  T extends NodeCronTask<C>,
  O extends NodeCronOptions,
>(
  cron: NodeCron<C, T, O>,
  job: CronJob,
  work: (run: Run, context: C) => unknown,
  options?: NoInfer<O> | null,
): T {
  const run = instrumentFor({}, job, work);
  const start = (context: C) => {
    const trigger = readable(() => context.execution?.reason) === 'invoked' ? 'manual' : 'scheduled';
    const scheduledFor = trigger === 'scheduled' ? readable(() => context.date) : undefined;
    return run({ trigger, scheduledFor }, context);
  };
  const { schedule, all } = declared(() => {
    if (typeof cron.schedule !== 'function') throw new TypeError('cron must be node-cron');
    return { schedule: job.schedule, all: { ...options, timezone: job.timezone } as O };
  });
  const task = cron.schedule(schedule, start, all);
  trackerOf(job).readBy(readingWith(all.maxRandomDelay));
  if (readable(() => (task as { getStatus?(): unknown }).getStatus?.()) === 'stopped') trackerOf(job).stop();
  trackerOf(job).watch();
  const count = (status: 'missed' | 'skipped_overlap' | 'skipped_lock') => (context: C) =>
    trackerOf(job).skip(status, 'scheduled', timeOf(readable(() => context.date)));
  const follow = (event: Parameters<T['on']>[0], listener: (context: C) => void) =>
    // Another version of node-cron may have no such event, and then runs without it.
    readable(() => task.on(event, listener));
  follow('execution:missed', count('missed'));
  // Without noOverlap node-cron tells of an overlap and starts the run all the same.
  if (all.noOverlap === true) follow('execution:overlap', count('skipped_overlap'));
  follow('execution:skipped', count('skipped_lock'));
  follow('task:stopped', () => trackerOf(job).stop());
  follow('task:destroyed', () => trackerOf(job).stop());
  follow('task:started', () => {
    if (trackerOf(job).state === 'stopping') trackerOf(job).enable();
  });
  return task;
}

function readingWith(maxRandomDelay: unknown): Reader {
  const jitterMs = typeof maxRandomDelay === 'number' && maxRandomDelay > 0 ? maxRandomDelay : 0;
  return (schedule, timezone, nowMs) => {
    const read = readCron(schedule, timezone, nowMs, NODE_CRON);
    if (typeof read !== 'string') return { ...read, jitterMs };
    // Days that are never both: node-cron takes them, and never starts.
    const never = { next: () => Number.POSITIVE_INFINITY, latest: () => Number.NEGATIVE_INFINITY };
    return { ...never, longestGapMs: Number.NaN };
  };
}
