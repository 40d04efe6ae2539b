import type { Row } from './database.ts';
import { PollError } from './errors.ts';

/** One value of a row. Throws a `PollError` where there is no such column: what every object has is none. */
export function cellOf(row: Row, column: string): unknown {
  const isThere =
    typeof row === 'object' &&
    row !== null &&
    (Object.hasOwn(row, column) || (column in row && !(column in Object.prototype)));
  if (!isThere) throw new PollError('rows', `there is no column ${column}`);
  return row[column];
}

/** What names a series. */
export function labelOf(row: Row, column: string): string {
  const value = cellOf(row, column);
  if (value === null || value === undefined)
    throw new PollError(
      'rows',
      `the column ${column} names a label and is NULL; give it a word with coalesce`,
    );
  // A time as each driver and zone would print it would be another series.
  const text = value instanceof Date ? isoOf(value) : String(value);
  if (text === undefined || text.startsWith('[object '))
    throw new PollError('rows', `the column ${column} names a label and is no text; cast it to one`);
  return text;
}

const isoOf = (date: Date): string | undefined =>
  Number.isNaN(date.getTime()) ? undefined : date.toISOString();

/** A number, however the driver gives it; undefined for NULL, which is not 0. */
export function numberOf(row: Row, column: string): number | undefined {
  const value = cellOf(row, column);
  if (value === null || value === undefined) return undefined;
  const number =
    value instanceof Date ? value.getTime() / 1000 : isNoNumber(value) ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw new PollError('rows', `the value in column ${column} is no number`);
  return number;
}

/**
 * A time in Unix seconds: a date, a number of them, or a text of ISO 8601 that says its zone, as SQLite keeps times and as drivers give them that make no dates. Undefined for NULL. A text without
 * a zone is hours wrong on some machine, so it is refused.
 */
export function timeOf(row: Row, column: string): number | undefined {
  const value = cellOf(row, column);
  if (typeof value === 'boolean') throw new PollError('rows', `the value in column ${column} is no time`);
  if (typeof value !== 'string' || Number.isFinite(Number(value))) return numberOf(row, column);
  const [, day, time, zone] = INSTANT.exec(value.trim()) ?? [];
  if (time === undefined) throw new PollError('rows', `the value in column ${column} is no time`);
  if (zone === undefined)
    throw new PollError(
      'rows',
      `the time in column ${column} says no zone; select it as Unix seconds, with unixepoch() in SQLite and unix_timestamp() in MySQL`,
    );
  const ms = Date.parse(`${day}T${time}${zone.replace(/^([+-]\d\d)$/, '$1:00')}`);
  if (Number.isNaN(ms)) throw new PollError('rows', `the value in column ${column} is no time`);
  return ms / 1000;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** What JavaScript would take for a number, though it is none: an empty text, a list, bytes. */
const isNoNumber = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() === '' : Array.isArray(value) || ArrayBuffer.isView(value);
