import type { CronFields } from './expression.ts';
import type { Reading } from './reading.ts';

export const DAY_MS = 86_400_000;
const FRIDAY = 5;
/** Feb 29 on a weekday comes every 28 years, and after 40 where a century has no leap day. */
const MOST_YEARS = 41;
/** A schedule is asked about the same few months again and again. */
const MONTHS_KEPT = 64;

/** The days on which a schedule starts, counted from the Unix epoch, by the calendar alone. */
export class CronDays {
  readonly #fields: CronFields;
  readonly #reading: Reading;
  /** The days of months that were asked about, by months since the year 0. */
  readonly #known = new Map<number, readonly number[]>();

  constructor(fields: CronFields, reading: Reading) {
    this.#fields = fields;
    this.#reading = reading;
  }

  has(day: number): boolean {
    return this.#in(monthOf(day)).includes(day);
  }

  /** The first day after `day`; infinite when none comes. */
  after(day: number): number {
    const first = monthOf(day);
    for (let month = first; month < first + MOST_YEARS * 12; month++) {
      const found = this.#in(month).find((one) => one > day);
      if (found !== undefined) return found;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The last day before `day`; infinitely long ago when none has come. */
  before(day: number): number {
    const last = monthOf(day);
    for (let month = last; month > last - MOST_YEARS * 12; month--) {
      const found = this.#in(month).findLast((one) => one < day);
      if (found !== undefined) return found;
    }
    return Number.NEGATIVE_INFINITY;
  }

  #in(month: number): readonly number[] {
    const known = this.#known.get(month);
    if (known !== undefined) return known;
    const found = this.#list(Math.floor(month / 12), month % 12);
    if (this.#known.size >= MONTHS_KEPT) this.#known.clear();
    this.#known.set(month, found);
    return found;
  }

  #list(year: number, month0: number): readonly number[] {
    const { month, year: years, day, weekday } = this.#fields;
    if (!month.includes(month0 + 1) || (years !== undefined && !years.includes(year))) return [];
    const first = Date.UTC(year, month0, 1) / DAY_MS;
    const length = Date.UTC(year, month0 + 1, 1) / DAY_MS - first;
    const isDate = this.#datesOf(first, length);
    const isWeekday = ({ date, dow }: { date: number; dow: number }) =>
      weekday.days.has(dow) ||
      weekday.numbered.some(
        ({ day, nth }) => day === dow && nth === (nth === 0 ? lastOf(date, length) : nthOf(date)),
      );
    const { days, unrestricted } = this.#reading;
    const anyDate = day.isStar || (unrestricted === 'every value' && day.days.size === 31);
    const anyWeekday = weekday.isStar || (unrestricted === 'every value' && weekday.days.size === 7);
    const both = days === 'both' || weekday.and || anyDate || anyWeekday;
    const found: number[] = [];
    for (let date = 1; date <= length; date++) {
      const dow = weekdayOf(first + date - 1);
      const [byDate, byWeekday] = [anyDate || isDate.has(date), anyWeekday || isWeekday({ date, dow })];
      if (both ? byDate && byWeekday : byDate || byWeekday) found.push(first + date - 1);
    }
    return found;
  }

  /** The dates that the day of the month names, in a month that begins on the day `first`. */
  #datesOf(first: number, length: number): ReadonlySet<number> {
    const { days, beforeLast, nearest, lastWorkday } = this.#fields.day;
    if (beforeLast.length + nearest.length === 0 && !lastWorkday) return days;
    const found = new Set(days);
    for (const count of beforeLast) found.add(length - count);
    for (const date of nearest) if (date <= length) found.add(nearestWorkday(first, date, length));
    if (lastWorkday) found.add(nearestWorkday(first, length, length));
    return found;
  }
}

/** Months since the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** 0 for Sunday. The first of January 1970 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** How often its weekday has come in the month with this date. */
const nthOf = (date: number): number => Math.ceil(date / 7);
/** 0 for the last time that its weekday comes in the month. */
const lastOf = (date: number, length: number): number => (date + 7 > length ? 0 : -1);

/** The nearest day from Monday to Friday within the month. */
function nearestWorkday(first: number, date: number, length: number): number {
  const dow = weekdayOf(first + date - 1);
  if (dow === 0) return date === length ? date - 2 : date + 1;
  if (dow > FRIDAY) return date === 1 ? date + 2 : date - 1;
  return date;
}
