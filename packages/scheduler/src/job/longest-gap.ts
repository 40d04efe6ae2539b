import { Cron } from 'croner';
import { zoneOf } from './zone.ts';

/** The schedule itself, asked for its starts. */
interface Times {
  next(ms: number): number;
  latest(ms: number): number;
}

/** The starts within one minute, hour or day: the longest time between two neighbours, and from the first to the last. */
interface Spread {
  readonly longest: number;
  readonly span: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 366 * DAY;
/** Any will do: the fields of a time of day know no date. */
const SOME_DAY = Date.UTC(2026, 0, 1);
/** Nearly two years of weekdays, 40 years of monthly dates. */
const ACTIVE_DAYS_LOOKED_AT = 500;
/** Four leap days, which are the rarest date. */
const DAYS_LOOKED_AT = 17 * 366;

/**
 * The longest time that a schedule leaves between two starts. They are not listed one by one, which can be millions: the longest gap of a plain day and the longest
 * row of days without a start come from the fields, and the schedule itself is asked around each change of the clocks in the coming year.
 */
export function longestGapMs(expression: string, timezone: string, times: Times, fromMs: number): number {
  const fields = expression.split(/\s+/);
  const [second, minute, hour, ...dates] = fields.length === 5 ? ['0', ...fields] : fields;
  const seconds = starts(`${second} * * * * *`, MINUTE, SECOND);
  const minutes = starts(`0 ${minute} * * * *`, HOUR, MINUTE);
  const hours = starts(`0 0 ${hour} * * *`, DAY, HOUR);
  let spread: Spread = { longest: 0, span: 0 };
  spread = spreadOf(seconds, SECOND, spread);
  spread = spreadOf(minutes, MINUTE, spread);
  spread = spreadOf(hours, HOUR, spread);
  const daily = dates.every((field) => field === '*');
  const days = daily ? 1 : longestDaysBetween(dates.join(' '), fromMs);
  const plain = Math.max(spread.longest, days * DAY - spread.span);
  // A shorter gap means that every hour has a start, and then moving the clock by hours changes nothing.
  return plain > HOUR ? withClockChanges(plain, timezone, times, fromMs) : plain;
}

/** What was worked out for parts of expressions, which are fewer than expressions. */
const known = new Map<string, unknown>();
const MOST_KEPT = 5_000;

function once<T>(key: string, workOut: () => T): T {
  if (known.has(key)) return known.get(key) as T;
  const value = workOut();
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, value);
  return value;
}

/** The values of one field of the time of day, in units from the start of the period. */
function starts(expression: string, period: number, unit: number): readonly number[] {
  return once(`${expression} in ${period}`, () => {
    const cron = new Cron(expression, { utcOffset: 0 });
    const found: number[] = [];
    for (let at = SOME_DAY - SECOND; ; ) {
      at = cron.nextRun(new Date(at))!.getTime();
      if (at >= SOME_DAY + period) return found;
      found.push((at - SOME_DAY) / unit);
    }
  });
}

/** The starts of a period whose units in `values` each hold the starts of `inner`. */
function spreadOf(values: readonly number[], unit: number, inner: Spread): Spread {
  const gaps = values.slice(1).map((value, i) => (value - values[i]!) * unit - inner.span);
  return {
    longest: Math.max(inner.longest, ...gaps),
    span: (values.at(-1)! - values[0]!) * unit + inner.span,
  };
}

/** How many days lie between one day with a start and the next, at most, by the fields of the date. */
function longestDaysBetween(dates: string, fromMs: number): number {
  const firstDay = Math.floor(fromMs / DAY) * DAY;
  return once(`${dates} from ${firstDay}`, () => {
    const cron = new Cron(`0 0 0 ${dates}`, { utcOffset: 0, mode: '6-part' });
    let longest = 1;
    let before = cron.nextRun(new Date(firstDay))?.getTime();
    const end = firstDay + DAYS_LOOKED_AT * DAY;
    for (let i = 0; i < ACTIVE_DAYS_LOOKED_AT && before !== undefined && before < end; i++) {
      const at: number | undefined = cron.nextRun(new Date(before))?.getTime();
      if (at !== undefined) longest = Math.max(longest, Math.round((at - before) / DAY));
      before = at;
    }
    return longest;
  });
}

/** The same when a gap that holds a change of the clocks is longer. Whatever lies between two starts that are no farther apart than the longest gap so far need not be looked at. */
function withClockChanges(plain: number, timezone: string, times: Times, fromMs: number): number {
  let longest = plain;
  for (const { atMs, byMs } of zoneOf(timezone).changes(fromMs, fromMs + YEAR)) {
    let at = times.latest(atMs - DAY);
    if (!Number.isFinite(at)) at = times.next(atMs - DAY);
    // A time of day that comes twice comes for the second time up to as much later.
    while (at < atMs + Math.abs(byMs) + HOUR) {
      const reached = times.latest(at + longest);
      const following = reached > at ? reached : times.next(at);
      if (!Number.isFinite(following)) break;
      longest = Math.max(longest, following - at);
      at = following;
    }
  }
  return longest;
}
