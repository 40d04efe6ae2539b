import type { CronJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { timeOf } from '../job/timetable.ts';
import { declared, readable } from './readable.ts';

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
}

/** node-cron 4, as far as it is used here. */
interface NodeCron<C, T, O> {
  schedule(expression: string, work: (context: C) => unknown, options?: O): T;
}

/**
 * Schedules a job with node-cron (4): `scheduleNodeCron(cron, job, work)`. Returns node-cron's task. `options` are node-cron's own; the time zone is the job's.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned, and what node-cron throws.
 * What node-cron misses, keeps apart (`noOverlap`) or leaves to another process (`distributed`) is counted as it says so; `task.execute()` is a manual run.
 * `task.stop()` and `task.destroy()` say `job.stop()`, because nothing starts it here any more; `task.start()` takes that back. A person who switches the job off says `job.disable()`.
 */
export function scheduleNodeCron<
  C extends NodeCronContext,
  T extends NodeCronTask<C>,
  O extends NodeCronOptions,
>(cron: NodeCron<C, T, O>, job: CronJob, work: (run: Run, context: C) => unknown, options?: NoInfer<O>): T {
  const run = instrumentJob(job, work);
  const start = (context: C) => {
    const trigger = readable(() => context.execution?.reason) === 'invoked' ? 'manual' : 'scheduled';
    const scheduledFor = trigger === 'scheduled' ? readable(() => context.date) : undefined;
    return run({ trigger, scheduledFor }, context);
  };
  const { schedule, all } = declared(() => {
    if (typeof cron.schedule !== 'function') throw new TypeError('cron must be node-cron');
    return { schedule: job.schedule, all: { timezone: job.timezone, ...options } as O };
  });
  const task = cron.schedule(schedule, start, all);
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
