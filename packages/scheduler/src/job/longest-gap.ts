import { Cron } from 'croner';

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
  const firstOfDay = [seconds[0], minutes[0], hours[0], ...dates].join(' ');
  const days = daily ? 1 : longestDaysBetween(firstOfDay, fromMs);
  const plain = Math.max(spread.longest, days * DAY - spread.span);
  // A shorter gap means that every hour has a start, and then moving the clock by hours changes nothing.
  return plain > HOUR ? withClockChanges(plain, timezone, times, fromMs) : plain;
}

/** The values of one field of the time of day, in units from the start of the period. */
function starts(expression: string, period: number, unit: number): number[] {
  const cron = new Cron(expression, { timezone: 'UTC' });
  const found: number[] = [];
  for (let at = SOME_DAY - SECOND; ; ) {
    at = cron.nextRun(new Date(at))!.getTime();
    if (at >= SOME_DAY + period) return found;
    found.push((at - SOME_DAY) / unit);
  }
}

/** The starts of a period whose units in `values` each hold the starts of `inner`. */
function spreadOf(values: readonly number[], unit: number, inner: Spread): Spread {
  const gaps = values.slice(1).map((value, i) => (value - values[i]!) * unit - inner.span);
  return {
    longest: Math.max(inner.longest, ...gaps),
    span: (values.at(-1)! - values[0]!) * unit + inner.span,
  };
}

/** How many days lie between one day with a start and the next, at most. */
function longestDaysBetween(firstOfDay: string, fromMs: number): number {
  const cron = new Cron(firstOfDay, { timezone: 'UTC', mode: '6-part' });
  let longest = 1;
  let before = cron.nextRun(new Date(fromMs))?.getTime();
  const end = fromMs + DAYS_LOOKED_AT * DAY;
  for (let i = 0; i < ACTIVE_DAYS_LOOKED_AT && before !== undefined && before < end; i++) {
    const at: number | undefined = cron.nextRun(new Date(before))?.getTime();
    if (at !== undefined) longest = Math.max(longest, Math.round((at - before) / DAY));
    before = at;
  }
  return longest;
}

/** The same when a gap that holds a change of the clocks is longer. Whatever lies between two starts that are no farther apart than the longest gap so far need not be looked at. */
function withClockChanges(plain: number, timezone: string, times: Times, fromMs: number): number {
  let longest = plain;
  for (const dayMs of clockChanges(timezone, fromMs)) {
    let at = times.latest(dayMs - DAY);
    if (!Number.isFinite(at)) at = times.next(dayMs - DAY);
    while (at < dayMs + 2 * DAY) {
      const reached = times.latest(at + longest);
      const following = reached > at ? reached : times.next(at);
      if (!Number.isFinite(following)) break;
      longest = Math.max(longest, following - at);
      at = following;
    }
  }
  return longest;
}

/** The days of the coming year on which the zone's offset from UTC changes. */
function clockChanges(timezone: string, fromMs: number): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const offset = (ms: number) => format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value;
  const days: number[] = [];
  let before = offset(fromMs);
  for (let day = 1; day <= 366; day++) {
    const now = offset(fromMs + day * DAY);
    if (now !== before) days.push(fromMs + (day - 1) * DAY);
    before = now;
  }
  return days;
}
