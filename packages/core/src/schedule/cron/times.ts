import { CronDays, DAY_MS } from './days.ts';
import type { CronFields } from './expression.ts';
import type { Reading } from './reading.ts';
import type { ClockChange, Zone } from './zone.ts';

const SECOND_MS = 1_000;
const DAY_SECONDS = DAY_MS / SECOND_MS;

/** A stretch of time in which the clocks of the zone show UTC and always the same more. Local times are what those clocks show, as if it were UTC. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
  /** The local times that can be starts within it: those that come twice and run once are left out on one side. */
  readonly firstLocalMs: number;
  readonly endLocalMs: number;
  /** The start at its very beginning that stands for a fixed time which the clocks have leapt over. */
  readonly makesUp: boolean;
}

/** The starts of an expression in a zone, as a scheduler reads it. Times are milliseconds since the Unix epoch. */
export class CronTimes {
  readonly #fields: CronFields;
  readonly #reading: Reading;
  readonly #days: CronDays;
  readonly #zone: Zone;

  constructor(fields: CronFields, zone: Zone, reading: Reading) {
    this.#fields = fields;
    this.#zone = zone;
    this.#reading = reading;
    this.#days = new CronDays(fields, reading);
  }

  /** The first start after `ms`; infinite when none comes. */
  next(ms: number): number {
    let stretch = this.#stretchAt(ms);
    let afterLocalMs = ms + stretch.offsetMs;
    for (;;) {
      const local = this.#localAfter(Math.max(afterLocalMs, stretch.firstLocalMs - 1));
      if (local < stretch.endLocalMs) return local - stretch.offsetMs;
      // Where no date is left there is none in a later stretch either.
      if (local === Number.POSITIVE_INFINITY || stretch.untilMs === Number.POSITIVE_INFINITY) return local;
      stretch = this.#stretchAt(stretch.untilMs);
      if (stretch.makesUp) return stretch.fromMs;
      afterLocalMs = Number.NEGATIVE_INFINITY;
    }
  }

  /** The last start at or before `ms`; infinitely long ago when none has come. */
  latest(ms: number): number {
    let stretch = this.#stretchAt(ms);
    let untilLocalMs = ms + stretch.offsetMs;
    for (;;) {
      const local = this.#localBefore(Math.min(untilLocalMs + 1, stretch.endLocalMs));
      if (local >= stretch.firstLocalMs) return local - stretch.offsetMs;
      if (stretch.makesUp) return stretch.fromMs;
      if (local === Number.NEGATIVE_INFINITY || stretch.fromMs === Number.NEGATIVE_INFINITY) return local;
      stretch = this.#stretchAt(stretch.fromMs - 1);
      untilLocalMs = Number.POSITIVE_INFINITY;
    }
  }

  #stretchAt(ms: number): Stretch {
    const { fromMs, untilMs, offsetMs, before, after } = this.#zone.around(ms);
    let firstLocalMs = before === undefined ? Number.NEGATIVE_INFINITY : fromMs + offsetMs;
    let endLocalMs = after === undefined ? Number.POSITIVE_INFINITY : untilMs + offsetMs;
    const makesUp = before !== undefined && this.#makesUp(before, firstLocalMs);
    if (before !== undefined && this.#passOf(before) === 'first') firstLocalMs -= before.byMs;
    if (after !== undefined && this.#passOf(after) === 'second') endLocalMs += after.byMs;
    return { fromMs, untilMs, offsetMs, firstLocalMs, endLocalMs, makesUp };
  }

  /** In which pass what comes twice at a change is run. */
  #passOf({ byMs, offsetMs }: ClockChange): 'first' | 'second' | 'both' {
    if (byMs > 0) return 'both';
    const { isFixedTime, hour } = this.#fields;
    if (this.#reading.repeat === 'fixed once') return isFixedTime ? 'first' : 'both';
    if (this.#reading.repeat === 'hourly twice') return hour.length < 24 ? 'first' : 'both';
    // node-cron takes the local time for UTC and looks which offset holds then.
    return offsetMs >= 0 ? 'second' : 'first';
  }

  /** Whether a fixed time lies in the gap of a change, after which the clocks show `local`. */
  #makesUp({ byMs }: ClockChange, local: number): boolean {
    if (byMs < 0 || !this.#fields.isFixedTime || this.#reading.gap === 'skip') return false;
    return this.#localAfter(local - byMs - 1) < local;
  }

  /** The first local time after one that the expression names; of whole seconds. */
  #localAfter(localMs: number): number {
    const seconds = Math.floor(localMs / SECOND_MS) + 1;
    const day = Math.floor(seconds / DAY_SECONDS);
    if (this.#days.has(day)) {
      const found = timeFrom(this.#fields, seconds - day * DAY_SECONDS);
      if (found !== undefined) return (day * DAY_SECONDS + found) * SECOND_MS;
    }
    return (this.#days.after(day) * DAY_SECONDS + firstTime(this.#fields)) * SECOND_MS;
  }

  /** The last local time before one. */
  #localBefore(localMs: number): number {
    const seconds = Math.ceil(localMs / SECOND_MS) - 1;
    const day = Math.floor(seconds / DAY_SECONDS);
    if (this.#days.has(day)) {
      const found = timeUntil(this.#fields, seconds - day * DAY_SECONDS);
      if (found !== undefined) return (day * DAY_SECONDS + found) * SECOND_MS;
    }
    return (this.#days.before(day) * DAY_SECONDS + lastTime(this.#fields)) * SECOND_MS;
  }
}

type Time = Pick<CronFields, 'hour' | 'minute' | 'second'>;

const at = (hour: number, minute: number, second: number): number => hour * 3_600 + minute * 60 + second;
const firstTime = ({ hour, minute, second }: Time) => at(hour[0]!, minute[0]!, second[0]!);
const lastTime = ({ hour, minute, second }: Time) => at(hour.at(-1)!, minute.at(-1)!, second.at(-1)!);

/** The first time of day from `seconds` on, in seconds; undefined when the day has none any more. */
function timeFrom(time: Time, seconds: number): number | undefined {
  const [h, m, s] = partsOf(seconds);
  const { hour, minute, second } = time;
  const from = (values: readonly number[], least: number) => values.find((value) => value >= least);
  if (hour.includes(h)) {
    const sameMinute = minute.includes(m) ? from(second, s) : undefined;
    if (sameMinute !== undefined) return at(h, m, sameMinute);
    const later = from(minute, m + 1);
    if (later !== undefined) return at(h, later, second[0]!);
  }
  const later = from(hour, h + 1);
  return later === undefined ? undefined : at(later, minute[0]!, second[0]!);
}

/** The last time of day up to `seconds`. */
function timeUntil(time: Time, seconds: number): number | undefined {
  const [h, m, s] = partsOf(seconds);
  const { hour, minute, second } = time;
  const upTo = (values: readonly number[], most: number) => values.findLast((value) => value <= most);
  if (hour.includes(h)) {
    const sameMinute = minute.includes(m) ? upTo(second, s) : undefined;
    if (sameMinute !== undefined) return at(h, m, sameMinute);
    const earlier = upTo(minute, m - 1);
    if (earlier !== undefined) return at(h, earlier, second.at(-1)!);
  }
  const earlier = upTo(hour, h - 1);
  return earlier === undefined ? undefined : at(earlier, minute.at(-1)!, second.at(-1)!);
}

const partsOf = (seconds: number) =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60] as const;
