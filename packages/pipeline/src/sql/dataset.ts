import { cellOf, labelOf, numberOf, timeOf } from './cells.ts';
import type { Row } from './database.ts';
import { PollError } from './errors.ts';
import type { DatasetQuery } from './query.ts';

/** Tells a data set what the rows say; gives how many values they had. All of them are read before anything is told. */
export const datasetTarget =
  (query: DatasetQuery) =>
  (rows: readonly Row[]): number => {
    if (!Array.isArray(rows)) throw new PollError('rows', 'the driver gave no list of rows');
    const told = query.suite === undefined ? ofTable(query, rows[0]) : ofSuites(query, query.suite, rows);
    for (const { tell } of told) tell();
    return told.filter(({ isValue }) => isValue).length;
  };

interface Told {
  /** Whether it is a value: that there is no record at all is told and is none. */
  readonly isValue: boolean;
  tell(): void;
}

function ofTable({ tells, newest, rows, found, expected }: DatasetQuery, row: Row | undefined): Told[] {
  const told: Told[] = [];
  const cell = (column: string) => (row === undefined ? undefined : numberOf(row, column));
  if (newest !== undefined) {
    const at = row === undefined ? undefined : timeOf(row, newest);
    told.push({ isValue: at !== undefined, tell: () => tells.fresh(at ?? null) });
  }
  if (rows !== undefined) {
    const count = cell(rows);
    if (count !== undefined) told.push({ isValue: true, tell: () => tells.loaded({ rows: count }) });
  }
  if (found !== undefined && expected !== undefined) {
    const counts = { found: cell(found), expected: cell(expected) };
    if (counts.found !== undefined && counts.expected !== undefined)
      told.push({ isValue: true, tell: () => tells.complete(counts as { found: number; expected: number }) });
  }
  return told;
}

function ofSuites(query: DatasetQuery, suite: string, rows: readonly Row[]): Told[] {
  const { tells, evaluated, failed, at } = query;
  const cell = (row: Row, column: string | undefined) =>
    column === undefined ? undefined : numberOf(row, column);
  return rows.map((row) => {
    cellOf(row, suite);
    const result = {
      suite: labelOf(row, suite),
      evaluated: cell(row, evaluated),
      failed: cell(row, failed),
      at: at === undefined ? undefined : timeOf(row, at),
    };
    return { isValue: true, tell: () => tells.checked(result) };
  });
}
