import type { CronJobOptions, IntervalJobOptions } from '@sightglass/scheduler';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { hours, minutes, seconds } from './time.ts';

/** What one run of a job does. */
export interface JobRun {
  /** How long it takes. Default 30 s. */
  readonly takes?: number;
  /** What happens meanwhile, in the place of `takes`. */
  readonly during?: () => Promise<void>;
  /** How it ends: well (the default), with an error, with only a part done, left to whoever holds the lock, or not at all. */
  readonly ends?: 'well' | 'badly' | 'in part' | 'locked' | 'called off' | 'never';
  readonly trigger?: 'scheduled' | 'manual';
  /** The start of the schedule that it is for. Default: the one that is due. */
  readonly scheduledFor?: number;
}

/** The job of most stories: every ten minutes, half a minute of work; everything that it promises is in whole minutes. */
export const TEN_MINUTELY = {
  name: 'pricing-sync',
  intervalSeconds: minutes(10),
  durationObjectiveSeconds: minutes(1),
  freshnessObjectiveSeconds: minutes(20),
} as const;

/** At every tenth minute, so that it is known when each start was due. */
export const BY_THE_CLOCK = {
  name: 'pricing-sync',
  schedule: '*/10 * * * *',
  timezone: 'UTC',
  durationObjectiveSeconds: minutes(1),
  freshnessObjectiveSeconds: hours(2),
} as const;

/** Reference system 002: at 0, 6, 12 and 18 o'clock, a minute at most, no older than eight hours. */
export const SIX_HOURLY = {
  name: 'pricing-sync',
  schedule: '0 */6 * * *',
  timezone: 'UTC',
  durationObjectiveSeconds: minutes(1),
  freshnessObjectiveSeconds: hours(8),
} as const;

/** The label of those jobs. */
export const PRICING = { job_name: 'pricing-sync' };

type JobOptions = CronJobOptions | IntervalJobOptions;

/** A declared job, and the function that a scheduler would call. */
export interface ScheduledJob {
  readonly intervalSeconds: number;
  enable(): void;
  disable(): void;
  standBy(): void;
  stop(): void;
  retire(): void;
  skippedLocked(): void;
  /** Runs it now, and waits for its end unless it never ends. */
  run(what?: JobRun): Promise<void>;
}

/** Declares a job in this process and wraps its work, as a host does. `elsewhere`: another process decides who runs it. */
export function declareJob(
  stage: Stage,
  { scheduler }: Process,
  options: JobOptions,
  where: 'here' | 'elsewhere' = 'here',
): ScheduledJob {
  const job = scheduler.declareJob(options as CronJobOptions);
  let next: JobRun = {};
  let off = new AbortController();
  const work = scheduler.instrumentJob(
    job,
    async (run) => {
      const { takes = seconds(30), ends = 'well', during } = next;
      if (ends === 'never') await new Promise(() => {});
      if (during === undefined) await stage.wait(takes);
      else await during();
      if (ends === 'called off') off.abort();
      run.signal.throwIfAborted();
      if (ends === 'badly') throw new Error('the provider answers 500');
      if (ends === 'in part') run.partial();
      if (ends === 'locked') run.skippedLocked();
    },
    where,
  );
  return {
    intervalSeconds: job.intervalSeconds,
    enable: job.enable,
    disable: job.disable,
    standBy: job.standBy,
    stop: job.stop,
    retire: job.retire,
    skippedLocked: job.skippedLocked,
    async run(what = {}) {
      next = what;
      stage.note(`a run of ${job.name}${inWords(what)}`);
      const { trigger = 'scheduled', scheduledFor } = what;
      const time = scheduledFor === undefined ? {} : { scheduledFor: new Date(scheduledFor * 1_000) };
      off = new AbortController();
      const ended = work({ trigger, ...time, signal: off.signal });
      if (what.ends !== 'never') await ended.catch(() => {});
    },
  };
}

const inWords = ({ takes, ends, trigger }: JobRun): string =>
  `${trigger === 'manual' ? ', by hand' : ''}${takes === undefined ? '' : `, ${takes} s`}${ends === undefined ? '' : `, ends ${ends}`}`;

/** Runs the job `count` times, each at the next time that its interval divides. */
export async function runs(stage: Stage, job: ScheduledJob, count: number, what: JobRun = {}): Promise<void> {
  for (let i = 0; i < count; i++) {
    await stage.untilNext(job.intervalSeconds);
    await job.run(what);
  }
}
