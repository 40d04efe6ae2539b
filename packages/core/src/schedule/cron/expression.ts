/** An expression as sets of values, each of them sorted; months from 1, weekdays from 0 for Sunday. */
export interface CronFields {
  readonly second: readonly number[];
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly day: DayField;
  readonly month: readonly number[];
  readonly weekday: WeekdayField;
  /** Absent: every year. */
  readonly year: readonly number[] | undefined;
  /** Whether second, minute and hour each name one value: a fixed time of day, which daylight saving moves as a whole. */
  readonly isFixedTime: boolean;
}

/** The days of a month. Those of the modifiers are known only when the month is. */
export interface DayField {
  readonly isStar: boolean;
  readonly days: ReadonlySet<number>;
  /** How many days before the last one: `L` is 0, `L-3` is 3. */
  readonly beforeLast: readonly number[];
  /** `15W`: the weekday (Monday to Friday) of the same month that is nearest. */
  readonly nearest: readonly number[];
  /** `LW`: the last of the month that is no Saturday or Sunday. */
  readonly lastWorkday: boolean;
}

export interface WeekdayField {
  readonly isStar: boolean;
  readonly days: ReadonlySet<number>;
  /** `1#2`, the second Monday of the month; `5L`, the last Friday, has the number 0. */
  readonly numbered: readonly { readonly day: number; readonly nth: number }[];
  /** `+1` (croner): the day of the month must match too. */
  readonly and: boolean;
}

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
  ['@minutely', '* * * * *'],
  ['@secondly', '* * * * * *'],
  ['@weekdays', '0 0 * * 1-5'],
  ['@weekends', '0 0 * * 0,6'],
]);

const MONTHS = 'january february march april may june july august september october november december';
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday';

/** What a field counts, and how its values are called. */
interface Unit {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** Up to where a step goes on that names no end. Default `max`. */
  readonly stepsTo?: number;
}

const SECOND: Unit = { name: 'second', min: 0, max: 59 };
const MINUTE: Unit = { name: 'minute', min: 0, max: 59 };
const HOUR: Unit = { name: 'hour', min: 0, max: 23 };
const DAY: Unit = { name: 'day of the month', min: 1, max: 31 };
const MONTH: Unit = { name: 'month', min: 1, max: 12, names: MONTHS.split(' ') };
/** 7 is Sunday as well. */
const WEEKDAY = { name: 'weekday', min: 0, max: 7, names: WEEKDAYS.split(' ') } as const satisfies Unit;
/** A step counts from the year 0, as croner has it. */
const YEAR: Unit = { name: 'year', min: 0, max: 9999 };

/** What is wrong with an expression, for its declaration to say. */
export class NoExpression extends Error {}

/**
 * Reads an expression of 5 fields, 6 with seconds first, or 7 with the year last, or a nickname: what node-cron, croner, BullMQ, pg-boss and Nest take between them. Names of months and
 * weekdays may be whole or of three letters, `5/15` steps on to the end of its field, a range may lead over the end (`FRI-MON`, `22-2`), and `?`, `L`, `W` and `#` are known.
 * `lastWeekday` is up to where `1/2` steps among the weekdays. Throws a `NoExpression` that says what is wrong, months counted from 1.
 */
export function readExpression(expression: string, lastWeekday: number): CronFields {
  const text = expression.trim();
  const parts = (NICKNAMES.get(text.toLowerCase()) ?? text).split(/\s+/);
  if (text.startsWith('@') && parts.length === 1)
    throw new NoExpression(`is no nickname that is known: they are ${[...NICKNAMES.keys()].join(', ')}`);
  if (parts.length < 5 || parts.length > 7)
    throw new NoExpression(
      'must have 5 fields (minute to weekday) or 6 (second to weekday), or 7 with a year at the end',
    );
  if (parts.length === 5) parts.unshift('0');
  const [second, minute, hour, day, month, weekday, year = '*'] = parts as [string, ...string[]];
  const time = [valuesOf(SECOND, second), valuesOf(MINUTE, minute!), valuesOf(HOUR, hour!)] as const;
  const written = [second, minute!, hour!];
  return {
    second: time[0],
    minute: time[1],
    hour: time[2],
    day: dayField(day!),
    month: valuesOf(MONTH, month!),
    weekday: weekdayField(weekday!, { ...WEEKDAY, stepsTo: lastWeekday }),
    year: isStar(year) ? undefined : valuesOf(YEAR, year),
    isFixedTime: time.every(({ length }, i) => length === 1 && !/[*?/]/.test(written[i]!)),
  };
}

const isStar = (field: string) => field === '*' || field === '?';

function valuesOf(unit: Unit, field: string): readonly number[] {
  const values = new Set<number>();
  for (const item of itemsOf(unit, field)) for (const value of rangeOf(unit, item)) values.add(value);
  return sorted(values);
}

function dayField(field: string): DayField {
  const days = new Set<number>();
  const beforeLast: number[] = [];
  const nearest: number[] = [];
  let lastWorkday = false;
  for (const item of itemsOf(DAY, field)) {
    const [, before] = /^L(?:-(\d{1,2}))?$/i.exec(item) ?? [];
    const [, near] = /^(\d{1,2})W$/i.exec(item) ?? [];
    if (/^L(?:-\d{1,2})?$/i.test(item)) beforeLast.push(Number(before ?? 0));
    else if (/^(LW|WL)$/i.test(item)) lastWorkday = true;
    else if (near !== undefined) nearest.push(oneOf(DAY, near));
    else for (const day of rangeOf(DAY, item)) days.add(day);
  }
  if (beforeLast.some((count) => count > 30))
    throw new NoExpression(`is no cron expression: Invalid value for ${DAY.name}: ${field}`);
  return { isStar: isStar(field), days, beforeLast, nearest, lastWorkday };
}

function weekdayField(field: string, unit: Unit): WeekdayField {
  const and = field.startsWith('+');
  const days = new Set<number>();
  const numbered: { day: number; nth: number }[] = [];
  for (const item of itemsOf(unit, and ? field.slice(1) : field)) {
    const [, which, nth] = /^(.+)#([1-5]|L)$/i.exec(item) ?? /^(.+)()L$/i.exec(item) ?? [];
    const found = rangeOf(unit, which ?? item).map((day) => day % 7);
    if (which === undefined) for (const day of found) days.add(day);
    else numbered.push(...found.map((day) => ({ day, nth: Number(nth) || 0 })));
  }
  return { isStar: isStar(field), days, numbered, and };
}

function itemsOf(unit: Unit, field: string): readonly string[] {
  const items = field.split(',');
  if (items.includes(''))
    throw new NoExpression(`is no cron expression: the ${unit.name} has an empty value`);
  return items;
}

/** The values of `*`, `5`, `5-10`, and each of them with a step. */
function rangeOf(unit: Unit, item: string): number[] {
  const [range = '', step, ...more] = item.split('/');
  const every = step === undefined ? 1 : Number(step);
  if (more.length > 0 || range === '' || !(Number.isInteger(every) && every > 0 && /^\d*$/.test(step ?? '')))
    throw unreadable('step', unit, item);
  const { min, stepsTo = unit.max } = unit;
  const last = unit.name === WEEKDAY.name ? 6 : unit.max;
  if (isStar(range)) return listOf(min, last, every);
  const [from = '', to, ...others] = range.split('-');
  const first = oneOf(unit, from);
  if (to === undefined) return step === undefined ? [first] : listOf(first, Math.max(first, stepsTo), every);
  const end = others.length > 0 ? Number.NaN : oneOf(unit, to);
  if (Number.isNaN(end)) throw unreadable('range', unit, item);
  if (first <= end) return listOf(first, end, every);
  // Over the end of the field: Friday to Monday. There is no year after the last.
  if (unit === YEAR) throw unreadable('range', unit, item);
  const size = last - min + 1;
  return listOf(first, end + size, every).map((value) => (value > last ? value - size : value));
}

function oneOf(unit: Unit, text: string): number {
  const { name, min, max, names } = unit;
  const named = text.length < 3 ? -1 : (names ?? []).findIndex((one) => isNameOf(one, text.toLowerCase()));
  const value =
    named >= 0 ? named + (unit === MONTH ? 1 : 0) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new NoExpression(`is no cron expression: Invalid value for ${name}: ${text}`);
}

const unreadable = (what: string, unit: Unit, item: string) =>
  new NoExpression(`is no cron expression: Invalid ${what} for ${unit.name}: ${item}`);

/** A whole name or its first three letters; `sept` and `tues` are written too. */
const isNameOf = (name: string, text: string) =>
  name.startsWith(text) && (text.length === 3 || text.length === name.length || text.length === 4);

function listOf(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
