import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type pg from 'pg';
import type { ColdTier } from './cold-tier.ts';
import { columnsOf, type Table } from './tables.ts';

/** What a test compares: a row as text, column by column. */
export type TextRow = readonly string[];

/** Every row of a table in the cold tier, as another reader of Parquet sees it, in the order of ids. */
export async function coldRows(cold: ColdTier, table: Table): Promise<TextRow[]> {
  const rows: TextRow[] = [];
  for (const path of await cold.files(table)) {
    const file = await asyncBufferFromFile(path);
    const objects = await parquetReadObjects({
      file,
      parsers: { timestampFromMicroseconds: (micros) => micros },
    });
    rows.push(...objects.map((row) => columnsOf(table).map(({ name }) => String(row[name]))));
  }
  return rows.sort(byId);
}

/** Every row of a table in the database, in the order of ids. */
export async function hotRows(pool: pg.Pool, table: Table): Promise<TextRow[]> {
  const columns = columnsOf(table).map(({ name, read = name }) => `(${read})`);
  const { rows } = await pool.query({ text: `select ${columns.join(', ')} from ${table}`, rowMode: 'array' });
  return rows.map((row: unknown[]) => row.map(String)).sort(byId);
}

const byId = (a: TextRow, b: TextRow) => Number(BigInt(a[0]!) - BigInt(b[0]!));
