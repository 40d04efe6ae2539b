import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres, waitUntil } from '@sightglass/test-tools';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPool, PriceStore } from './price-store.ts';
import { PROVIDERS } from './providers/directory.ts';
import { scrape } from './scrape.ts';
import {
  type PricingExample,
  type PricingExampleOptions,
  startPricingExample,
} from './start-pricing-example.ts';

let postgres: Postgres;
let pool: pg.Pool;
let store: PriceStore;
let example: PricingExample | undefined;

const EVERY_SECOND = '* * * * * *';
/** A schedule that does not come in a test: runs are triggered. */
const SELDOM = '0 0 1 1 *';

async function start(options: Partial<PricingExampleOptions> = {}): Promise<PricingExample> {
  example = await startPricingExample({ databaseUrl: postgres.url, schedule: SELDOM, ...options });
  await until('the run at the start', async () => (await runs({ trigger: 'startup' })) === 1);
  return example;
}

const value = async (name: string, labels?: Readonly<Record<string, string>>) =>
  (await scrape(example!.metricsUrl))(name, labels);
const until = (what: string, ask: () => boolean | Promise<boolean>) => waitUntil(ask, { what });
/** What a counter says; a series is born with its first event, so 0 before. */
const count = async (name: string, labels?: Readonly<Record<string, string>>) =>
  (await value(name, labels)) || 0;
const runs = (labels?: Readonly<Record<string, string>>) => count('job_runs_total', labels);
const errors = (source: string, error_type: string) =>
  count('sync_source_errors_total', { source, error_type });

/** Triggers a run and waits until it has ended this way. */
async function runOnce(status: string) {
  const before = await runs({ trigger: 'manual', status });
  await example!.admin.trigger();
  await until(
    `a run that is ${status}`,
    async () => (await runs({ trigger: 'manual', status })) === before + 1,
  );
}

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

/** An empty database before, nothing that runs afterwards. */
async function clean() {
  pool = openPool(postgres.url);
  store = new PriceStore(pool);
  await pool.query('drop schema if exists pricing_example cascade');
  return async () => {
    await example?.stop();
    await pool.end();
  };
}

describe('the pricing sync', () => {
  beforeEach(clean);

  it('B6: a connection that ends while somebody has it fails its next query, and ends no process', async () => {
    const client = await pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const end = new Promise((resolve) => client.once('end', () => resolve(undefined)));
    await pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await end;
    await expect(client.query('select 1')).rejects.toThrow();
    client.release();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('fetches every page of every provider, and writes each price once however often it runs', async () => {
    const { url, metricsUrl } = await start({ schedule: EVERY_SECOND });
    await until('two more runs', async () => (await runs({ trigger: 'scheduled', status: 'success' })) >= 2);
    for (const [provider, models] of Object.entries(PROVIDERS)) {
      expect(await store.prices(provider)).toHaveLength(models);
      expect(await value('sync_items_total', { source: provider })).toBeGreaterThanOrEqual(2 * models);
    }
    expect(await value('sync_last_run_items')).toBe(205);
    const answer = (await (await fetch(`${url}/prices/groq`)).json()) as unknown[];
    expect(answer).toContainEqual({ model: 'groq/model-7', prompt: '0.4000', completion: '1.2000' });
    expect((await fetch(new URL('/readyz', metricsUrl))).status).toBe(200);
    expect(
      await value('http_server_request_duration_seconds_count', { http_route: '/prices/:provider' }),
    ).toBe(1);
    expect(await value('db_client_connection_max', { db_client_connection_pool_name: 'pricing' })).toBe(5);
    expect(
      await value('db_client_operation_duration_seconds_count', { db_collection_name: 'model_prices' }),
    ).toBeGreaterThan(0);
  });

  it('is killed and comes back without looking younger or older than its data', async () => {
    const { control, kill, restart } = await start();
    await kill();
    const known = await store.lastSuccess();
    const ofGroq = await store.lastSuccess('groq');
    await restart();
    await until('the last successes', async () => (await value('job_last_success_timestamp_seconds')) > 0);
    expect(await value('job_last_success_timestamp_seconds')).toBe(known!.getTime() / 1000);
    expect(await value('sync_source_last_success_timestamp_seconds', { source: 'groq' })).toBe(
      ofGroq!.getTime() / 1000,
    );
    expect(await runs({ trigger: 'startup' })).toBe(0);
    await control.inject('crash');
    await until('the process to die', () => !example!.isRunning());
  });

  it('hang: holds the run, the metrics say since when, starts are skipped, and it can be stopped', async () => {
    const { control, stop, log } = await start({ schedule: EVERY_SECOND });
    await control.inject('hang');
    // On a loaded machine a start can be skipped for a run that only takes its time; the one that is held goes on and on.
    const before = await runs({ status: 'skipped_overlap' });
    const heldFor = async () => Date.now() / 1000 - (await value('job_run_started_timestamp_seconds'));
    await until(
      'starts that are skipped for a run that is held',
      async () =>
        (await runs({ status: 'skipped_overlap' })) >= before + 2 &&
        (await value('job_running')) === 1 &&
        (await heldFor()) > 2,
    );
    await stop();
    expect(log()).toContain('"status":"cancelled"');
  });

  it('stall: starts are missed though the job is enabled, until the timer fires again', async () => {
    const { control } = await start({ schedule: EVERY_SECOND });
    await control.inject('stall');
    const before = await runs({ status: 'missed' });
    await until('starts that are missed', async () => (await runs({ status: 'missed' })) >= before + 2);
    expect(await value('job_lifecycle_state', { state: 'enabled' })).toBe(1);
    const ended = await runs({ status: 'success' });
    await control.repair('stall');
    await until('a run', async () => (await runs({ status: 'success' })) > ended);
  });

  it('disabled: no run comes and none is missed; memory: the process grows', async () => {
    const { control } = await start({ schedule: EVERY_SECOND });
    await control.inject('disabled');
    const before = await runs();
    const memory = await value('process_resident_memory_bytes');
    await control.inject('memory', { megabytes: 200 });
    await until('the memory', async () => (await value('process_resident_memory_bytes')) > memory + 150e6);
    await sleep(1_200);
    expect(await runs()).toBeLessThanOrEqual(before + 1);
    await control.repair();
    await until('a run', async () => (await runs({ status: 'success' })) > before + 1);
    expect(await runs({ status: 'missed' })).toBe(0);
  });
});

describe('a triggered run', () => {
  let control: PricingExample['control'];
  let admin: PricingExample['admin'];

  beforeAll(async () => {
    const end = await clean();
    ({ control, admin } = await start({ requestTimeoutSeconds: 0.4, runTimeoutSeconds: 3 }));
    return end;
  });
  afterEach(() => control.repair());

  it('lets only the holder of the token control it', async () => {
    const { url, adminToken } = example!;
    for (const authorization of ['', 'Bearer', `Bearer ${adminToken}x`, `Basic ${adminToken}`]) {
      const answer = await fetch(`${url}/admin/sync/disable`, { method: 'POST', headers: { authorization } });
      expect(answer.status).toBe(401);
    }
    expect(await admin.status()).toMatchObject({ enabled: true, sources: Object.keys(PROVIDERS) });
    expect(await admin.disable()).toMatchObject({ enabled: false });
    expect(await value('job_enabled')).toBe(0);
    await runOnce('success');
    expect(await admin.enable()).toMatchObject({ enabled: true, nextRun: expect.any(String) });
  });

  it('at one provider makes a run partial and is named; all providers together make it fail', async () => {
    await control.inject('provider-outage', { provider: 'groq' });
    await runOnce('partial');
    expect(await errors('groq', 'unavailable')).toBe(1);
    await control.repair();
    await control.inject('malformed', { provider: 'featherless' });
    await runOnce('partial');
    expect(await errors('featherless', 'malformed')).toBe(1);
    await control.repair();
    await control.inject('slow-provider', { provider: 'openrouter', seconds: 2 });
    await runOnce('partial');
    expect(await value('sync_source_timeouts_total', { source: 'openrouter' })).toBe(1);
    await control.repair();
    await control.inject('provider-outage');
    await runOnce('failed');
    expect(await value('job_errors_total', { error_type: 'unavailable' })).toBe(1);
    expect(await value('sync_last_run_items')).toBe(0);
    await control.repair();
    await runOnce('success');
  });

  it('rate-limit: a provider that asks for patience gets it', async () => {
    await control.inject('rate-limit', { provider: 'groq', seconds: 1 });
    await runOnce('success');
    expect(await errors('groq', 'rate_limited')).toBe(1);
    expect(await value('job_retries_total')).toBe(1);
    expect(await store.prices('groq')).toHaveLength(PROVIDERS.groq);
  });

  it('few-models: a run without an error that brought little', async () => {
    await control.inject('few-models');
    await runOnce('success');
    expect(await value('sync_last_run_items')).toBeLessThan(await value('sync_items_objective'));
  });

  it('database-write: counts as that, and against no provider; admin-error: the status can not be read', async () => {
    const before = await count('sync_source_errors_total');
    await control.inject('database-write');
    await runOnce('failed');
    expect(await value('sync_write_errors_total', { source: 'groq' })).toBe(1);
    expect(await count('sync_source_errors_total')).toBe(before);
    await control.repair('database-write');
    await control.inject('admin-error');
    await expect(admin.status()).rejects.toThrow('500');
    expect(
      await value('http_server_request_duration_seconds_count', {
        http_route: '/admin/sync',
        error_type: '500',
      }),
    ).toBe(1);
    await control.repair();
    expect(await admin.status()).toMatchObject({ enabled: true });
  });

  it('hang, with a time limit: ends the run as timed out, and the next one works when it is mended', async () => {
    await control.inject('hang');
    await runOnce('timeout');
    await control.repair('hang');
    await runOnce('success');
  });

  it('new-provider, retired-provider: both are seen, and leave nothing behind', async () => {
    await control.inject('new-provider', { provider: 'mistral' });
    await runOnce('success');
    expect(await value('sync_items_total', { source: 'mistral' })).toBe(15);
    expect(await value('sync_source_changes_total', { change: 'added' })).toBe(1);
    await control.inject('retired-provider', { provider: 'groq' });
    await runOnce('success');
    expect(await value('sync_items_total', { source: 'groq' })).toBeNaN();
    expect(await value('sync_source_changes_total', { change: 'retired' })).toBe(1);
    expect(await value('sync_sources_configured')).toBe(3);
  });

  it('is refused with the reason when it is not known', async () => {
    await expect(control.inject('nonsense' as 'hang')).rejects.toThrow(/no fault is called "nonsense"/);
    await expect(control.inject('malformed', { provider: 'nobody' })).rejects.toThrow(/no provider "nobody"/);
    await expect(control.inject('slow-provider', { seconds: -1 })).rejects.toThrow(
      /seconds must be a number above 0/,
    );
    await expect(control.inject('memory', { megabytes: 0.5 })).rejects.toThrow(/whole number above 0/);
  });
});
