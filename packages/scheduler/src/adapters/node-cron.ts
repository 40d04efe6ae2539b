import { after, NODE_CRON, readable, timeOf } from '@sightglass/core/authors';
import type { CronJob } from '../job/declare.ts';
import { declared } from '../job/declared.ts';
import { instrumentFor } from '../job/instrument.ts';
import type { Trigger } from '../job/outcomes.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { readAs } from './read-as.ts';

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
    const trigger = triggerOf(context);
    const scheduledFor = trigger === 'scheduled' ? readable(() => context.date) : undefined;
    return run({ trigger, scheduledFor }, context);
  };
  const { schedule, all } = declared(() => {
    if (typeof cron.schedule !== 'function') throw new TypeError('cron must be node-cron');
    return { schedule: job.schedule, all: { ...options, timezone: job.timezone } as O };
  });
  const task = cron.schedule(schedule, start, all);
  trackerOf(job).readBy(readAs(NODE_CRON, delayOf(all.maxRandomDelay)));
  if (isStopped(task, all)) trackerOf(job).stoppedBy(task);
  else trackerOf(job).startedBy(task);
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
  const stop = () => trackerOf(job).stoppedBy(task);
  const startAgain = () => trackerOf(job).startedBy(task);
  follow('task:stopped', stop);
  follow('task:destroyed', stop);
  follow('task:started', startAgain);
  if (!tellsStatus(task)) {
    after(task, 'stop', stop);
    after(task, 'start', startAgain);
  }
  return task;
}

/** node-cron 3 calls with a time, or with a word where somebody else than the schedule starts it. */
function triggerOf(context: NodeCronContext | unknown): Trigger {
  if (context === 'manual') return 'manual';
  if (context === 'init') return 'startup';
  return readable(() => (context as NodeCronContext).execution?.reason) === 'invoked'
    ? 'manual'
    : 'scheduled';
}

/** Whether it is node-cron 4, whose tasks say how they are, and emit what happens to them. */
const tellsStatus = (task: object): task is { getStatus(): unknown } =>
  readable(() => typeof (task as { getStatus?: unknown }).getStatus) === 'function';

/** Whether a task was made without being started: by `scheduled: false`, which version 4 knows no more. */
function isStopped(task: object, options: object): boolean {
  if (tellsStatus(task)) return readable(() => task.getStatus()) === 'stopped';
  return readable(() => (options as { scheduled?: unknown }).scheduled) === false;
}

/** A delay that node-cron was given, in milliseconds. */
const delayOf = (ms: unknown): number => (typeof ms === 'number' && ms > 0 ? ms : 0);
