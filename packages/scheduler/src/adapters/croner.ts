import type { CronJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';

/** The options of croner that fit a declared job, whose schedule and time zone are the declaration's. */
export interface CronerOptions<C> {
  readonly name?: string;
  readonly paused?: boolean;
  /** Whether croner keeps runs apart; what it holds back is counted as `skipped_overlap`. */
  readonly protect?: boolean | ((self: C) => void);
  /** Default true: the run has recorded and logged its failure, and must not end the process. */
  readonly catch?: boolean | ((error: unknown, self: C) => void);
  readonly unref?: boolean;
  readonly maxRuns?: number;
  readonly startAt?: string | Date;
  readonly stopAt?: string | Date;
}

/** croner's class, as far as it is used here. */
type CronClass<C> = new (
  pattern: string,
  options: CronerOptions<C> & { readonly timezone: string },
  work: (self: C) => unknown,
) => C;

/** Schedules a job with croner: `scheduleCroner(Cron, job, work)`. Returns the `Cron`. */
export function scheduleCroner<C>(
  Cron: CronClass<C>,
  job: CronJob,
  work: (run: Run, self: C) => unknown,
  options: CronerOptions<NoInfer<C>> = {},
): C {
  const run = instrumentJob(job, work);
  const { protect } = options;
  const onProtected = (self: C) => {
    trackerOf(job).skip('skipped_overlap', 'scheduled');
    if (typeof protect === 'function') protect(self);
  };
  return new Cron(
    job.schedule,
    {
      catch: true,
      ...options,
      timezone: job.timezone,
      ...(protect === undefined || protect === false ? {} : { protect: onProtected }),
    },
    (self) => run(self),
  );
}
