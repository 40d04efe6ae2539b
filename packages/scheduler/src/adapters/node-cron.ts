import type { CronJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { timeOf } from '../job/timetable.ts';

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
    const trigger = context?.execution?.reason === 'invoked' ? 'manual' : 'scheduled';
    return run({ trigger, scheduledFor: trigger === 'scheduled' ? context?.date : undefined }, context);
  };
  const task = cron.schedule(job.schedule, start, { timezone: job.timezone, ...options } as O);
  const count = (status: 'missed' | 'skipped_overlap' | 'skipped_lock') => (context: C) =>
    trackerOf(job).skip(status, 'scheduled', timeOf(context?.date));
  task.on('execution:missed', count('missed'));
  // Without noOverlap node-cron tells of an overlap and starts the run all the same.
  if (options?.noOverlap === true) task.on('execution:overlap', count('skipped_overlap'));
  task.on('execution:skipped', count('skipped_lock'));
  task.on('task:stopped', () => trackerOf(job).stop());
  task.on('task:destroyed', () => trackerOf(job).stop());
  task.on('task:started', () => {
    if (trackerOf(job).state === 'stopping') trackerOf(job).enable();
  });
  return task;
}
