import type { Counter, Gauge, LabelValues } from '@sightglass/core';
import type { Dataset } from '../quality/declare.ts';
import { cellOf, labelOf, numberOf } from './cells.ts';
import type { Row } from './database.ts';
import { datasetTarget } from './dataset.ts';
import { PollError } from './errors.ts';

/** What every query of a collector says. */
export interface QueryOptions {
  /** What is asked. It runs in a transaction that only reads; `now()` is the time of this poll. Give ranges that an index serves, not a count of everything. */
  readonly sql: string;
  /** The values of its placeholders, as the driver writes them (`$1`, `?`). Default: none. */
  readonly values?: readonly unknown[];
  /** How long it may take, in seconds. Default: the collector's. */
  readonly timeoutSeconds?: number;
  /** How many values it gives at least: with fewer, `CollectorEmpty` tells. 0 where nothing is well. Default 1; of a counter with `since`, 0: that nothing new has come is no fault. */
  readonly expects?: number;
}

/** Which column says what. */
export interface ColumnOptions<L> {
  /** The column of the value. Default `value`. */
  readonly value?: string;
  /** The column of a label, where it has another name than the label. */
  readonly labels?: { readonly [label in keyof L]?: string };
}

/** Each row sets one series of a gauge. Series whose rows are gone end; a value that is NULL ends its series. A date becomes Unix seconds. */
export interface GaugeQuery<L = LabelValues> extends QueryOptions, ColumnOptions<L> {
  readonly sets: Gauge<L & LabelValues>;
}

/**
 * Each row adds to one series of a counter what is new since the last poll, never a total again. The value is a total that only grows, and its growth is added; or, with `since`, it is the number of
 * what came after a key. What came before the first poll of this process, or while none polled, is not counted: count that where it is written.
 */
export interface CounterQuery<L = LabelValues> extends QueryOptions, ColumnOptions<L> {
  readonly adds: Counter<L & LabelValues>;
  /** Asks only for what is new: the query's first placeholder is the greatest key seen so far. Rows that are committed later than ones with a greater key are missed. */
  readonly since?: SinceOptions;
}

/** A key that only grows: an id of a sequence, a time of insertion. */
export interface SinceOptions {
  /** The column with the greatest key of each row. */
  readonly column: string;
  /** Gives the greatest key there is, in a column of that name: where the first poll begins. */
  readonly start: string;
  /** The key to begin with where there is none. Default 0. */
  readonly whenEmpty?: unknown;
}

/** Rows that the host reads itself. What it throws, or rejects with, is a failure of the query. Gives how many values it found; default: as many as there are rows. */
export interface RowsQuery extends QueryOptions {
  readonly reads: (rows: readonly Row[]) => unknown;
}

/** What a data set is told, each from a column: how new its newest record is, how many rows a load brought, how many records there are of those expected, how its suites ended. */
export interface DatasetQuery extends QueryOptions {
  readonly tells: Dataset;
  /** The column with the time of the newest record: a date, Unix seconds, or a text of ISO 8601 that says its zone. NULL says that there is none. */
  readonly newest?: string;
  /** The column with the rows that came with a load. */
  readonly rows?: string;
  /** The columns with the records that are there, and that should be; both or neither. */
  readonly found?: string;
  readonly expected?: string;
  /** The column with the name of a suite; then each row is a run of one, with what was `evaluated`, what `failed` and when (`at`). */
  readonly suite?: string;
  readonly evaluated?: string;
  readonly failed?: string;
  readonly at?: string;
}

/** A query of a collector, by what becomes of its rows. */
export type CollectorQuery<L = LabelValues> = GaugeQuery<L> | CounterQuery<L> | DatasetQuery | RowsQuery;

/** What becomes of the rows of one query, from poll to poll. */
export interface Target {
  /** What is asked before the first poll, for a query that asks only for what is new. */
  readonly start?: string | undefined;
  /** Takes what `start` gave. */
  started(rows: readonly Row[]): void;
  /** The values of the query's placeholders now. */
  values(): readonly unknown[];
  /** Takes the rows of a poll, all of them or none, and gives how many values they had. Throws a `PollError` where they do not fit. */
  take(rows: readonly Row[]): number | Promise<number>;
  /** Takes what is shown out of the export: it is too old, or another replica says it. */
  forget(): void;
  /** The next poll is the first one. */
  restart(): void;
}

const nothing = () => {};

/** What becomes of the rows of a query. */
export function targetOf(query: CollectorQuery): Target {
  const values = () => query.values ?? [];
  if ('reads' in query && query.reads !== undefined) {
    const { reads } = query;
    const take = async (rows: readonly Row[]) => {
      const found = await reads(rows);
      return typeof found === 'number' ? found : rows.length;
    };
    return { started: nothing, values, take, forget: nothing, restart: nothing };
  }
  if ('tells' in query && query.tells !== undefined)
    return { started: nothing, values, take: datasetTarget(query), forget: nothing, restart: nothing };
  if ('adds' in query && query.adds !== undefined)
    return query.since === undefined ? growthOf(query, values) : newSince(query, query.since, values);
  return gaugeOf(query as GaugeQuery, values);
}

function gaugeOf(query: GaugeQuery, values: () => readonly unknown[]): Target {
  const { sets } = query;
  let shown: ReadonlyMap<string, LabelValues> = new Map();
  const show = async (
    found: ReadonlyMap<string, { readonly labels: LabelValues; readonly value: number }>,
  ) => {
    await inSlices(shown, ([key, labels]) => {
      if (!found.has(key)) sets.remove(labels);
    });
    await inSlices(found.values(), ({ labels, value }) => sets.set(value, labels));
    shown = new Map([...found].map(([key, { labels }]) => [key, labels]));
  };
  return {
    started: nothing,
    values,
    async take(rows) {
      const found = new Map(
        [...(await readRows(query, sets.descriptor.labels, rows))].filter(
          (entry): entry is [string, { labels: LabelValues; value: number; row: Row }] =>
            entry[1].value !== undefined,
        ),
      );
      await show(found);
      return found.size;
    },
    forget: () => void show(new Map()),
    restart: nothing,
  };
}

function growthOf(query: CounterQuery, values: () => readonly unknown[]): Target {
  const { adds } = query;
  let totals: Map<string, number> | undefined;
  return {
    started: nothing,
    values,
    async take(rows) {
      const now = new Map<string, number>();
      let count = 0;
      await inSlices(await readRows(query, adds.descriptor.labels, rows), ([key, { labels, value }]) => {
        if (value === undefined) {
          // What is not known now has not become 0: its whole would be new at the next poll.
          const known = totals?.get(key);
          if (known !== undefined) now.set(key, known);
          return;
        }
        count++;
        now.set(key, value);
        // What was there at the first poll came before it. What has become less was deleted, and nothing of it is new.
        const before = totals === undefined ? value : (totals.get(key) ?? 0);
        adds.add(Math.max(0, value - before), labels);
      });
      totals = now;
      return count;
    },
    forget: nothing,
    restart: () => {
      totals = undefined;
    },
  };
}

function newSince(query: CounterQuery, since: SinceOptions, values: () => readonly unknown[]): Target {
  const { adds } = query;
  let key: unknown;
  const target = {
    start: since.start as string | undefined,
    started(rows: readonly Row[]) {
      key = cellOf(rows[0] ?? { [since.column]: null }, since.column) ?? since.whenEmpty ?? 0;
      target.start = undefined;
    },
    values: () => [key, ...values()],
    async take(rows: readonly Row[]) {
      const found = [...(await readRows(query, adds.descriptor.labels, rows)).values()];
      const keys = found
        .map(({ row }) => cellOf(row, since.column))
        .filter((one) => one !== null && one !== undefined);
      await inSlices(found, ({ labels, value = 0 }) => adds.add(Math.max(0, value), labels));
      for (const one of keys) if (isGreater(one, key)) key = one;
      return found.filter(({ value }) => value !== undefined).length;
    },
    forget: nothing,
    restart: () => {
      target.start = since.start;
    },
  };
  return target;
}

/** Keys as drivers give them: numbers, dates, and integers of 64 bits as texts. */
function isGreater(one: unknown, other: unknown): boolean {
  const isInteger = (value: unknown) => typeof value === 'string' && /^-?\d+$/.test(value);
  if (
    [one, other].every((value) => isInteger(value) || typeof value === 'number' || typeof value === 'bigint')
  )
    return Number(one) === Number(other)
      ? isInteger(one) && isInteger(other) && BigInt(one as string) > BigInt(other as string)
      : Number(one) > Number(other);
  return (one as number) > (other as number);
}

type Read = { readonly labels: LabelValues; readonly value: number | undefined; readonly row: Row };

/** The rows by their labels, with their values; undefined for NULL. */
async function readRows(
  columns: ColumnOptions<LabelValues>,
  labels: readonly { readonly name: string }[],
  rows: readonly Row[],
): Promise<Map<string, Read>> {
  if (!Array.isArray(rows)) throw new PollError('rows', 'the driver gave no list of rows');
  const found = new Map<string, Read>();
  await inSlices(rows, (row) => {
    const values = labels.map(({ name }) => labelOf(row, columns.labels?.[name] ?? name));
    const key = JSON.stringify(values);
    if (found.has(key)) throw new PollError('rows', `two rows have the labels ${key}`);
    const named = Object.fromEntries(labels.map(({ name }, at) => [name, values[at]!]));
    found.set(key, { labels: named, value: numberOf(row, columns.value ?? 'value'), row });
  });
  return found;
}

/** So many at once: a query that gives a hundred thousand rows would hold the event loop for a third of a second. */
const SLICE = 1_000;

/** Does something for each, and lets the host have its turn now and then. Few are done at once, so that nobody sees half of them. */
async function inSlices<T>(each: Iterable<T>, does: (one: T) => void): Promise<void> {
  let count = 0;
  for (const one of each) {
    if (count > 0 && count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    does(one);
    count++;
  }
}
