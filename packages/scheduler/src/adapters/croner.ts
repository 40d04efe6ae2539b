import type { CronJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { declared } from './readable.ts';

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
type CronClass = new (pattern: string, ...rest: never[]) => object;

/** How the class is called. */
type Construct<C> = new (
  pattern: string,
  options: CronerOptions<C> & { readonly timezone: string },
  work: (self: C) => unknown,
) => C;

/** Schedules a job with croner: `scheduleCroner(Cron, job, work)`. Returns the `Cron`. Throws a `DeclarationError` when the job is not what `declareJob` returned, and what croner throws. */
export function scheduleCroner<K extends CronClass>(
  Cron: K,
  job: CronJob,
  work: (run: Run, self: InstanceType<K>) => unknown,
  options: CronerOptions<InstanceType<K>> = {},
): InstanceType<K> {
  const run = instrumentJob(job, work);
  const { protect, schedule, all } = declared(() => {
    // Throws unless it is a class, without calling it.
    Reflect.construct(Object, [], Cron);
    const all = { catch: true, ...options, timezone: job.timezone };
    return { protect: options.protect, schedule: job.schedule, all };
  });
  const onProtected = (self: InstanceType<K>) => {
    trackerOf(job).skip('skipped_overlap', 'scheduled');
    if (typeof protect === 'function') protect(self);
  };
  return new (Cron as unknown as Construct<InstanceType<K>>)(
    schedule,
    protect === undefined || protect === false ? all : { ...all, protect: onProtected },
    (self) => run(self),
  );
}
