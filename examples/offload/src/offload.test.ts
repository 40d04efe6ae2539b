import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, startPostgres, waitUntil } from '@sightglass/test-tools';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ColdTier } from './cold-tier.ts';
import { HotStore, lockName, openPool } from './hot-store.ts';
import { offloadTable } from './offload.ts';
import { insertRows, produce } from './producer.ts';
import { TABLE_NAMES, type Table } from './tables.ts';
import { coldRows, hotRows } from './testing.ts';

let postgres: Postgres;
let pool: pg.Pool;
let hot: HotStore;
let cold: ColdTier;
let folder: string;

const never = new AbortController().signal;
const offload = (table: Table, signal = never) => offloadTable(hot, cold, table, signal);
const insert = (table: Table, rows: number) => insertRows(pool, table, rows);

/** A hot store that dies, or is out of time, when the file is written and the watermark is not. */
class DyingStore extends HotStore {
  protected override async advance(): Promise<Date> {
    throw new Error('died');
  }
}

async function expectSameRows(table: Table, count: number) {
  const rows = await coldRows(cold, table);
  expect(rows).toHaveLength(count);
  expect(rows).toEqual(await hotRows(pool, table));
}

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  pool = openPool(postgres.url);
  await pool.query('drop schema if exists offload_example cascade');
  hot = new HotStore(pool);
  await hot.prepare();
  folder = await mkdtemp(join(tmpdir(), 'sightglass-cold-'));
  cold = new ColdTier(folder, 'bronze');
  return async () => {
    await pool.end();
    await rm(folder, { recursive: true });
  };
});

describe('offloadTable', () => {
  it('moves every column of every row to Parquet, exactly as it is in the database', async () => {
    for (const table of TABLE_NAMES) {
      await insert(table, 12_345);
      expect(await offload(table)).toMatchObject({ rows: 12_345 });
      await expectSameRows(table, 12_345);
    }
  });

  it('moves only what is new the next time', async () => {
    await insert('trades', 10);
    await offload('trades');
    await insert('trades', 7);
    expect((await offload('trades')).rows).toBe(7);
    expect(await cold.files('trades')).toHaveLength(2);
    await expectSameRows('trades', 17);
  });

  it('moves the watermark of an idle table to the time of looking, and writes no file', async () => {
    expect(await hot.watermark('trades')).toBeUndefined();
    const first = await offload('trades');
    const second = await offload('trades');
    expect(first.rows).toBe(0);
    expect(Number(second.watermark)).toBeGreaterThan(Number(first.watermark));
    expect(await hot.watermark('trades')).toEqual(second.watermark);
    expect(await cold.files('trades')).toEqual([]);
  });

  it('neither loses nor doubles rows that are committed late, and names no later time than they have', async () => {
    const late = await pool.connect();
    await late.query('begin');
    await late.query(`insert into trades (symbol, price, quantity) values ('LATE', 1, 1)`);
    const { rows } = await late.query('select now() as began');
    await insert('trades', 5);
    const during = await offload('trades');
    await late.query('commit');
    late.release();
    expect(during.rows).toBe(0);
    expect(Number(during.watermark)).toBeLessThanOrEqual(Number(rows[0].began));
    expect((await offload('trades')).rows).toBe(6);
    await expectSameRows('trades', 6);
  });

  it('keeps up with a producer that never pauses', async () => {
    const stopping = new AbortController();
    const producing = produce(pool, 8_000, stopping.signal);
    await waitUntil(
      async () => (await offload('quotes')).rows > 0 && (await cold.files('quotes')).length > 4,
      {
        what: 'five files',
      },
    );
    stopping.abort();
    await producing;
    await offload('quotes');
    await expectSameRows('quotes', (await hotRows(pool, 'quotes')).length);
  });

  it('writes the rows again when it died between the file and the watermark', async () => {
    await insert('trades', 10);
    await expect(offloadTable(new DyingStore(pool), cold, 'trades', never)).rejects.toThrow('died');
    expect(await cold.files('trades')).toHaveLength(1);
    expect(await hot.watermark('trades')).toBeUndefined();
    await insert('trades', 3);
    expect((await offload('trades')).rows).toBe(13);
    await expectSameRows('trades', 13);
  });

  it('removes a file that was never finished', async () => {
    await offload('trades');
    await writeFile(join(folder, 'bronze', 'trades', 'x.parquet.partial'), 'PAR1');
    await offload('trades');
    expect(await readdir(join(folder, 'bronze', 'trades'))).toEqual([]);
  });

  it('refuses a folder that another database filled, and removes nothing from it', async () => {
    await insert('trades', 10);
    await offload('trades');
    await insert('trades', 10);
    await offload('trades');
    await pool.query(`update watermarks set next_transaction = '0'`);
    await expect(offload('trades')).rejects.toThrow('is beyond the watermark 0 of "trades"');
    expect(await cold.files('trades')).toHaveLength(2);
  });

  it('leaves nothing behind when the database fails while the file is written', async () => {
    await insert('trades', 10);
    await pool.query('alter table trades rename column venue to market');
    await expect(offload('trades')).rejects.toMatchObject({ code: '42703' });
    expect(await readdir(join(folder, 'bronze', 'trades'))).toEqual([]);
    await pool.query('alter table trades rename column market to venue');
    expect((await offload('trades')).rows).toBe(10);
  });

  it('cancels the blocked statement when its signal is aborted, and works again afterwards', async () => {
    const blocker = await pool.connect();
    await blocker.query('select pg_advisory_lock(hashtext($1))', [lockName('trades')]);
    const limit = new AbortController();
    const blocked = offload('trades', limit.signal);
    await waitUntil(
      async () => (await pool.query(`select 1 from pg_stat_activity where wait_event = 'advisory'`)).rowCount,
      { what: 'the offload to be blocked' },
    );
    limit.abort();
    await expect(blocked).rejects.toMatchObject({ code: '57014' });
    blocker.release(true);
    expect((await offload('trades')).rows).toBe(0);
  });
});
