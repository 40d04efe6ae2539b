import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { TABLE_NAMES, type Table } from './tables.ts';

/** How often each table gets rows. */
const TICK_MS = 250;

const SYMBOL = `(array['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META'])[1 + floor(random() * 5)]`;
const PRICE = `round((100 + random() * 50)::numeric, 2)`;
const QUANTITY = `1 + floor(random() * 500)`;

const INSERTS: { readonly [T in Table]: string } = {
  trades: `insert into trades (symbol, price, quantity) select ${SYMBOL}, ${PRICE}, ${QUANTITY} from generate_series(1, $1)`,
  quotes: `insert into quotes (symbol, bid, ask) select ${SYMBOL}, ${PRICE}, ${PRICE} from generate_series(1, $1)`,
  orders: `insert into orders (symbol, side, price, quantity)
    select ${SYMBOL}, case when random() < 0.5 then 'buy' else 'sell' end, ${PRICE}, ${QUANTITY} from generate_series(1, $1)`,
};

/** Inserts `count` rows into a table. */
export async function insertRows(pool: pg.Pool, table: Table, count: number): Promise<void> {
  await pool.query(INSERTS[table], [count]);
}

/**
 * Stands for the market feed: writes to every table until `signal` is aborted. Rows that the database does not take are lost, as a feed's are.
 */
export async function produce(pool: pg.Pool, rowsPerSecond: number, signal: AbortSignal): Promise<void> {
  const rowsPerTick = Math.round((rowsPerSecond * TICK_MS) / 1000);
  while (!signal.aborted && rowsPerTick > 0) {
    await Promise.allSettled(TABLE_NAMES.map((table) => insertRows(pool, table, rowsPerTick)));
    await sleep(TICK_MS, undefined, { signal }).catch(() => {});
  }
}
