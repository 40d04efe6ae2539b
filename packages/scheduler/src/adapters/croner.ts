import {
  after,
  around,
  COMMON,
  type CronSchedule,
  readable,
  readCron,
  timeOf,
} from '@sightglass/core/authors';
import type { CronJob } from '../job/declare.ts';
import { declared } from '../job/declared.ts';
import { instrumentFor } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import type { Reader } from '../job/tracker.ts';

/** The options of croner that fit a declared job, whose schedule and time zone are the declaration's. Any other of croner's own is handed on as well. */
export interface CronerOptions<C> {
  readonly name?: string;
  readonly paused?: boolean;
  /** Whether croner keeps runs apart; what it holds back is counted as `skipped_overlap`. */
  readonly protect?: boolean | ((self: C) => void);
  /** Default true: the run has recorded and logged its failure, and must not end the process. */
  readonly catch?: boolean | ((error: unknown, self: C) => void);
  readonly unref?: boolean;
  readonly maxRuns?: number;
  /** Least time between two runs, in seconds. */
  readonly interval?: number;
  readonly startAt?: string | Date;
  readonly stopAt?: string | Date;
  /** Whether a day of the month and a weekday must both match. Default: either. */
  readonly domAndDow?: boolean;
  /** False: as `domAndDow: true`. */
  readonly legacyMode?: boolean;
  /** Handed to the work as its third argument. */
  readonly context?: unknown;
  readonly alternativeWeekdays?: boolean;
  readonly sloppyRanges?: boolean;
  readonly dayOffset?: number;
  readonly mode?: 'auto' | '5-part' | '6-part' | '7-part' | '5-or-6-parts' | '6-or-7-parts';
}

/** croner's class, as far as it is used here. */
type CronClass = new (pattern: string, ...rest: never[]) => object;

/** How the class is called. */
type Construct<C> = new (
  pattern: string,
  options: CronerOptions<C> & { readonly timezone: string },
  work: (self: C, context: unknown) => unknown,
) => C;

/** What croner says of its own schedule; older versions may not say all of it. */
interface CronerSelf {
  nextRun(after?: Date | null): Date | null;
  previousRuns(count: number, before: Date): Date[];
  currentRun(): Date | null;
  isStopped(): boolean;
}

/**
 * Schedules a job with croner: `scheduleCroner(Cron, job, work)`. Returns the `Cron`. Its starts are asked of croner itself, so that its options hold for what is expected too: before
 * `startAt`, after `stopAt` or `maxRuns` and while it is paused no start is due, and none is missed. `cron.trigger()` is a manual run.
 * `cron.stop()` and `cron.pause()` say `job.stop()`, because nothing starts it here any more; `cron.resume()` takes that back. A person who switches the job off says `job.disable()`.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned, and what croner throws.
 */
export function scheduleCroner<K extends CronClass>(
  Cron: K,
  job: CronJob,
  work: (run: Run, self: InstanceType<K>, context: unknown) => unknown,
  options?: CronerOptions<InstanceType<K>> | null,
): InstanceType<K> {
  const run = instrumentFor({}, job, work);
  const { protect, schedule, all } = declared(() => {
    // Throws unless it is a class, without calling it.
    Reflect.construct(Object, [], Cron);
    const all = { ...options, catch: options?.catch ?? true, timezone: job.timezone };
    return { protect: all.protect, schedule: job.schedule, all };
  });
  const onProtected = (self: InstanceType<K>) => {
    trackerOf(job).skip('skipped_overlap', 'scheduled');
    if (typeof protect === 'function') protect(self);
  };
  let byHand = false;
  const cron = new (Cron as unknown as Construct<InstanceType<K>>)(
    schedule,
    protect === undefined || protect === false ? all : { ...all, protect: onProtected },
    (self, context) => run({ trigger: byHand ? 'manual' : 'scheduled' }, self, context),
  );
  const stop = () => trackerOf(job).stoppedBy(cron);
  around(cron, 'trigger', (_args, trigger) => {
    byHand = true;
    try {
      // croner calls the work before it gives back its promise.
      return trigger();
    } finally {
      byHand = false;
    }
  });
  after(cron, 'pause', stop);
  after(cron, 'stop', stop);
  after(cron, 'resume', () => {
    if (readable(() => (cron as CronerSelf).isStopped()) !== true) trackerOf(job).startedBy(cron);
  });
  trackerOf(job).readBy(readingOf(cron as CronerSelf, all));
  if (all.paused === true) stop();
  else trackerOf(job).startedBy(cron);
  trackerOf(job).watch();
  return cron;
}

/** How many of the times that croner has named are kept: the one that is due and the one after it, twice over. */
const NAMED_KEPT = 4;

/** The schedule as this `Cron` keeps it. */
function readingOf(cron: CronerSelf, options: CronerOptions<never>): Reader {
  const both =
    options.domAndDow === true || (options.domAndDow === undefined && options.legacyMode === false);
  const apartMs = Math.max(0, Number(options.interval ?? 0) || 0) * 1000;
  /** Where runs are kept apart, a time is only known when croner has named it. */
  const named: number[] = [];
  return (schedule, timezone, nowMs) => {
    // A declaration that comes after its end speaks of another scheduler.
    if (readable(() => cron.isStopped()) === true) return undefined;
    const own = readCron(schedule, timezone, nowMs, { ...COMMON, days: both ? 'both' : 'either' });
    const plain = typeof own === 'string' ? undefined : own;
    const next = (ms: number): number => {
      if (!Number.isFinite(ms)) return Number.POSITIVE_INFINITY;
      // Where runs are kept apart, the next one counts from the last that there was.
      const planned = apartMs > 0 ? timeOf(cron.nextRun(cron.currentRun())) : undefined;
      if (planned !== undefined && planned > ms) return planned;
      return timeOf(cron.nextRun(new Date(ms))) ?? Number.POSITIVE_INFINITY;
    };
    const latest = (ms: number): number => {
      if (apartMs > 0) return Math.max(...named.filter((one) => one <= ms), Number.NEGATIVE_INFINITY);
      // croner leaves out a run at the very time that it is asked for, and knows no parts of a second.
      const [found] = cron.previousRuns(1, new Date((Math.floor(ms / 1000) + 1) * 1000));
      return timeOf(found) ?? Number.NEGATIVE_INFINITY;
    };
    const asked: CronSchedule = {
      next: (ms) => {
        const found = readable(() => next(ms)) ?? plain?.next(ms) ?? Number.POSITIVE_INFINITY;
        named.push(found);
        if (named.length > NAMED_KEPT) named.shift();
        return found;
      },
      latest: (ms) => readable(() => latest(ms)) ?? plain?.latest(ms) ?? Number.NEGATIVE_INFINITY,
      longestGapMs: (plain?.longestGapMs ?? 0) + apartMs,
    };
    return asked;
  };
}
