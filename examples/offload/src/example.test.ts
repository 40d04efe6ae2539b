import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scrape } from '@sightglass/demo-kit';
import { type Postgres, startPostgres, waitUntil } from '@sightglass/test-tools';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ColdTier } from './cold-tier.ts';
import { HotStore, lockName, openPool } from './hot-store.ts';
import { type Example, type ExampleOptions, startExample } from './start-example.ts';
import { TABLE_NAMES, type Table } from './tables.ts';
import { coldRows, hotRows } from './testing.ts';

let postgres: Postgres;
let pool: pg.Pool;
let folder: string;
let example: Example | undefined;

async function start(options: Partial<ExampleOptions> = {}): Promise<Example> {
  example = await startExample({
    databaseUrl: postgres.url,
    coldTierDir: folder,
    intervalSeconds: 0.5,
    produceRowsPerSecond: 400,
    ...options,
  });
  return example;
}

const value = async (name: string, labels?: Readonly<Record<string, string>>) =>
  (await scrape(example!.metricsUrl))(name, labels) ?? Number.NaN;

const until = (what: string, ask: () => boolean | Promise<boolean>) => waitUntil(ask, { what });

const cycles = (status?: string) => value('offload_cycles_total', status === undefined ? {} : { status });
const failures = (table: Table) => value('offload_consecutive_failures', { table });
const watermark = (table: Table) => value('offload_watermark_timestamp_seconds', { table });
const rows = (table: Table) => value('offload_rows_total', { table });

/** Waits for cycles that begin from now on. */
async function moreCycles(count: number) {
  const before = await cycles();
  await until(`${count} more cycles`, async () => (await cycles()) >= before + count);
}

/** The tables as the cold tier has them once the scheduler has stopped and everything that was committed has been moved. */
async function expectEachRowOnce() {
  await example!.stop();
  const cold = new ColdTier(folder, 'bronze');
  for (const table of TABLE_NAMES) {
    const { rows: kept } = await pool.query(
      'select next_transaction::text as next from watermarks where table_name = $1',
      [table],
    );
    const { rows: beyond } = await pool.query(
      `select count(*) as count from ${table} where transaction_id >= $1::text::xid8`,
      [kept[0].next],
    );
    const inCold = await coldRows(cold, table);
    const inHot = await hotRows(pool, table);
    expect(inCold.length).toBeGreaterThan(0);
    expect(inCold).toEqual(inHot.slice(0, inHot.length - Number(beyond[0].count)));
  }
}

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightglass-cold-'));
  pool = openPool(postgres.url);
  await pool.query('drop schema if exists offload_example cascade');
  return async () => {
    await example?.stop();
    await pool.end();
    await rm(folder, { recursive: true });
  };
});

describe('the scheduler', () => {
  it('moves rows, reports them, and is ready while its database answers', async () => {
    const { metricsUrl } = await start();
    await moreCycles(2);
    for (const table of TABLE_NAMES) expect(await rows(table)).toBeGreaterThan(0);
    // Of one scrape: a cycle may end between two.
    const seen = await scrape(metricsUrl);
    expect(seen('offload_cycles_total', { status: 'success' })).toBe(seen('offload_cycles_total', {}));
    await until('it to be ready', async () => (await fetch(new URL('/readyz', metricsUrl))).status === 200);
    // As Prometheus asks from a container.
    const [scraped] = await once(
      get(metricsUrl, { headers: { host: 'host.docker.internal:8000' } }),
      'response',
    );
    expect((scraped as IncomingMessage).resume().statusCode).toBe(200);
    await expectEachRowOnce();
  });

  it('moves each row exactly once although it is killed between a file and its watermark', async () => {
    const { control, kill, restart, isRunning } = await start();
    for (let death = 0; death < 2; death++) {
      await moreCycles(1);
      await control.inject('crash', { at: 'before-watermark' });
      await until('the scheduler to die', () => !isRunning());
      await restart();
    }
    await moreCycles(2);
    await kill();
    await restart();
    await moreCycles(2);
    await expectEachRowOnce();
  });

  it('B6: lives through the end of its connections, whenever that comes: the table fails, and nothing is lost or doubled', async () => {
    const { isRunning, log } = await start({ intervalSeconds: 0.1 });
    await moreCycles(1);
    for (let end = 0; end < 40; end++) {
      // At another moment of a cycle each time: while it connects, reads, waits for the file or commits.
      await sleep(50 + ((end * 7) % 40));
      await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'iceberg-scheduler' and pid <> pg_backend_pid()",
      );
      expect(isRunning(), log()).toBe(true);
    }
    await moreCycles(2);
    expect(await value('offload_errors_total')).toBeGreaterThan(0);
    for (const table of TABLE_NAMES) await until('a success', async () => (await failures(table)) === 0);
    await expectEachRowOnce();
  });

  it('takes up its watermarks after a restart, before it has offloaded anything', async () => {
    const { kill, restart } = await start();
    await moreCycles(1);
    await kill();
    const kept = await new HotStore(pool).watermark('trades');
    const holder = await pool.connect();
    for (const table of TABLE_NAMES) {
      await holder.query('select pg_advisory_lock(hashtext($1))', [lockName(table)]);
    }
    await restart();
    expect(await watermark('trades')).toBe(Number(kept) / 1000);
    expect(await value('offload_watermark_updated_timestamp_seconds', { table: 'trades' })).toBe(
      Number(kept) / 1000,
    );
    expect(await cycles()).toBe(0);
    holder.release(true);
  });
});

describe('a fault', () => {
  it('failing-table: fails that table alone until it is repaired, and nothing is missing then', async () => {
    const { control } = await start();
    await moreCycles(1);
    await control.inject('failing-table', { table: 'quotes' });
    // A cycle is counted when all of its tables are, a moment after the failure.
    await until('three cycles that fail in part', async () => (await cycles('partial')) >= 3);
    expect(
      await value('offload_errors_total', { table: 'quotes', error_type: 'process_error' }),
    ).toBeGreaterThanOrEqual(3);
    expect(await failures('quotes')).toBeGreaterThanOrEqual(3);
    expect(await failures('trades')).toBe(0);
    expect(await watermark('quotes')).toBeLessThan(await watermark('trades'));
    await control.repair('failing-table');
    await until('a success', async () => (await failures('quotes')) === 0);
    await expectEachRowOnce();
  });

  /** Waits for a cycle that has run for twice the interval. */
  const untilCycleHangs = () =>
    until('a cycle that hangs', async () => {
      const began = await value('offload_cycle_started_timestamp_seconds');
      return Date.now() / 1000 - began > 1;
    });

  it('hang, without a time limit: holds the cycle, and the metrics say since when', async () => {
    const { control } = await start();
    await moreCycles(1);
    await control.inject('hang', { table: 'quotes' });
    await untilCycleHangs();
    const held = await cycles();
    expect(await value('offload_errors_total')).toBe(0);
    await control.repair('hang');
    await until('the cycle to end', async () => (await cycles()) > held);
    await expectEachRowOnce();
  });

  it('hang, without a time limit: does not keep the scheduler from stopping', async () => {
    const { control, stop, log } = await start();
    await control.inject('hang', { table: 'trades' });
    await untilCycleHangs();
    await stop();
    expect(log()).toContain('"table":"trades","layer":"bronze","status":"failed"');
  });

  it('failing-table: ends with the process that it was injected into', async () => {
    const { control, kill, restart } = await start();
    await control.inject('failing-table', { table: 'trades' });
    await kill();
    await restart();
    await moreCycles(1);
    // Two readings of what succeeded and of all could have a cycle between them.
    for (const status of ['partial', 'failed']) expect(await cycles(status)).toBe(0);
  });

  it('hang, with a time limit: counts as a timeout, and the other tables go on', async () => {
    const { control } = await start({ tableTimeoutSeconds: 0.3 });
    await moreCycles(1);
    await control.inject('hang', { table: 'quotes' });
    await until(
      'two timeouts',
      async () => (await value('offload_errors_total', { table: 'quotes', error_type: 'timeout' })) >= 2,
    );
    const before = await rows('orders');
    await until('more orders', async () => (await rows('orders')) > before);
    await control.repair();
    await until('a success', async () => (await failures('quotes')) === 0);
    await expectEachRowOnce();
  });

  it('slow-cycle: shows in the duration of the last cycle', async () => {
    const { control } = await start();
    await control.inject('slow-cycle', { seconds: 1.2 });
    await until('a slow cycle', async () => (await value('offload_last_cycle_duration_seconds')) >= 1.2);
    await control.repair('slow-cycle');
    await until('a quick cycle', async () => (await value('offload_last_cycle_duration_seconds')) < 1.2);
  });

  it('slow-throughput: shows in rows for each second of work', async () => {
    const { control } = await start();
    const slow = () => value('offload_rows_per_second_bucket', { table: 'trades', le: '1000' });
    await moreCycles(1);
    const before = await slow();
    await control.inject('slow-throughput', { rowsPerSecond: 900 });
    await until('two slow offloads', async () => (await slow()) >= before + 2);
  });

  it('stuck-watermark: rows move, the watermark does not, and nothing is doubled', async () => {
    const { control } = await start();
    await moreCycles(1);
    await control.inject('stuck-watermark', { table: 'orders' });
    await moreCycles(1);
    const [stuckAt, rowsBefore] = [await watermark('orders'), await rows('orders')];
    await moreCycles(2);
    expect(await watermark('orders')).toBe(stuckAt);
    expect(await rows('orders')).toBeGreaterThan(rowsBefore);
    await control.repair('stuck-watermark');
    await until('the watermark to move', async () => (await watermark('orders')) > stuckAt);
    await expectEachRowOnce();
  });

  it('is refused with the reason when it is not known', async () => {
    const { control } = await start();
    await expect(control.inject('nonsense' as 'hang')).rejects.toThrow(/no fault is called "nonsense"/);
    await expect(control.inject('hang', { table: 'nowhere' as Table })).rejects.toThrow(/no table "nowhere"/);
    await expect(control.inject('slow-cycle', { seconds: -1 })).rejects.toThrow(
      /seconds must be a number above 0/,
    );
  });
});
