import { CronDays, DAY_MS } from './days.ts';
import type { CronFields } from './expression.ts';
import type { Reading } from './reading.ts';
import type { CronTimes } from './times.ts';
import type { Zone } from './zone.ts';

/** The starts within one minute, hour or day: the longest time between two neighbours, and from the first to the last. */
interface Spread {
  readonly longest: number;
  readonly span: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 366 * DAY_MS;
/** Nearly two years of weekdays, 40 years of monthly dates. */
const ACTIVE_DAYS_LOOKED_AT = 500;
/** Four leap days, which are the rarest date but for one that must be a certain weekday too. */
const DAYS_LOOKED_AT = 17 * 366;

/**
 * The longest time that a schedule leaves between two starts. They are not listed one by one, which can be millions: the longest gap of a plain day and the longest
 * row of days without a start come from the fields, and the schedule itself is asked around each change of the clocks in the coming year.
 */
export function longestGapMs(
  fields: CronFields,
  { zone, reading, times }: { readonly zone: Zone; readonly reading: Reading; readonly times: CronTimes },
  fromMs: number,
): number {
  let spread: Spread = { longest: 0, span: 0 };
  spread = spreadOf(fields.second, SECOND, spread);
  spread = spreadOf(fields.minute, MINUTE, spread);
  spread = spreadOf(fields.hour, HOUR, spread);
  const days = longestDaysBetween(fields, reading, fromMs);
  // Where no second date comes, all that can be waited for is the first.
  if (days === undefined) return Math.max(spread.longest, times.next(fromMs) - fromMs);
  let longest = Math.max(spread.longest, days * DAY_MS - spread.span);
  for (const { atMs } of zone.changes(fromMs, fromMs + YEAR)) {
    const across = times.next(atMs - 1) - times.latest(atMs - 1);
    if (Number.isFinite(across)) longest = Math.max(longest, across);
  }
  return longest;
}

/** The starts of a period whose units in `values` each hold the starts of `inner`. */
function spreadOf(values: readonly number[], unit: number, inner: Spread): Spread {
  const gaps = values.slice(1).map((value, i) => (value - values[i]!) * unit - inner.span);
  return {
    longest: Math.max(inner.longest, ...gaps),
    span: (values.at(-1)! - values[0]!) * unit + inner.span,
  };
}

/** What was worked out for dates, which are fewer than expressions. */
const known = new Map<string, number | undefined>();
const MOST_KEPT = 5_000;

/** How many days lie between one day with a start and the next, at most; undefined when no second one comes. */
function longestDaysBetween(fields: CronFields, reading: Reading, fromMs: number): number | undefined {
  const { day, weekday, month, year } = fields;
  if (day.isStar && weekday.isStar && month.length === 12 && year === undefined) return 1;
  const first = Math.floor(fromMs / DAY_MS);
  const key = JSON.stringify([
    first,
    reading,
    { ...day, days: [...day.days] },
    { ...weekday, days: [...weekday.days] },
    month,
    year,
  ]);
  if (known.has(key)) return known.get(key);
  const found = searchDays(new CronDays(fields, reading), first);
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, found);
  return found;
}

function searchDays(days: CronDays, first: number): number | undefined {
  let longest: number | undefined;
  let before = days.after(first - 1);
  for (let i = 0; i < ACTIVE_DAYS_LOOKED_AT && before < first + DAYS_LOOKED_AT; i++) {
    const next = days.after(before);
    if (next === Number.POSITIVE_INFINITY) break;
    longest = Math.max(longest ?? 1, next - before);
    before = next;
  }
  return longest;
}
