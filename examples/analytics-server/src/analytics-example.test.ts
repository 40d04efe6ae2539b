import { type Postgres, type Redis, startPostgres, startRedis, waitUntil } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnalyticsExample, startAnalyticsExample, startLoad } from './start-analytics-example.ts';

/* The same with the queue in Redis and two workers: what the metrics say is what is in the database. */

let postgres: Postgres;
let redis: Redis;
let pool: pg.Pool;
let example: AnalyticsExample;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  pool = new pg.Pool({ connectionString: postgres.url, options: '-c search_path=analytics_example' });
  example = await startAnalyticsExample({
    databaseUrl: postgres.url,
    redisUrl: `redis://${redis.host}:${redis.port}`,
    queueCapacity: 1_000,
    batchSize: 20,
    retrySeconds: 0.1,
    summaryIntervalSeconds: 0.2,
    cacheSeconds: 0.1,
  });
});
afterAll(async () => {
  await example?.stop();
  await pool?.end();
  await redis?.stop();
  await postgres?.stop();
});

const scraped = async () => {
  const text = await (await fetch(`${example.url}/metrics`)).text();
  return (series: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
};
const value = async (series: string) => (await scraped())(series) ?? Number.NaN;
const until = (what: string, ask: () => Promise<boolean>) => waitUntil(ask, { what });
const written = () => value('queue_processed_items_total{queue="events",outcome="success"}');
const counted = async () => {
  const { rows } = await pool.query(
    'select (select count(*)::int from events) as events, (select coalesce(sum(uses), 0)::int from tool_minutes) as uses',
  );
  return rows[0] as { readonly events: number; readonly uses: number };
};

describe('events', () => {
  test('counts each event once, whatever becomes of the workers', async () => {
    const load = startLoad({ url: example.url, eventsPerSecond: 60, readsPerSecond: 5 });
    await until('a hundred events', async () => (await written()) >= 100);
    await example.control.inject('no-workers');
    expect(await value('queue_consumers{queue="events"}')).toBeNaN();
    await example.control.repair('no-workers');
    await example.control.inject('database-down');
    await until(
      'a batch to fail',
      async () => (await value('queue_batches_total{queue="events",outcome="failed"}')) > 0,
    );
    await example.control.repair('database-down');
    const { eventsAccepted } = await load.stop();
    await until('all that was taken to be written', async () => (await counted()).events >= eventsAccepted);
    expect(await counted()).toEqual({ events: eventsAccepted, uses: eventsAccepted });
    expect(await value('queue_enqueued_items_total{queue="events"}')).toBe(eventsAccepted);
    // Each was written once, and each batch that failed was tried again.
    await until(
      'the queue to be empty',
      async () => (await value('queue_items{queue="events",state="ready"}')) === 0,
    );
    expect(await written()).toBe(eventsAccepted);
    expect(await value('queue_retries_total{queue="events"}')).toBeGreaterThan(0);
    expect(await value('queue_wait_duration_seconds_count{queue="events"}')).toBeGreaterThanOrEqual(
      eventsAccepted,
    );
  });

  test('a batch that the database refuses goes back, and its error is counted and logged by its kind', async () => {
    const { events: before } = await counted();
    await example.control.inject('failing-counts');
    const id = '7f9c24e8-3b12-4fef-91e0-56a5d5a1c8b7';
    const event = { id, tool: 'build', version: '1.2.3', durationMs: 120, ok: true };
    const send = () => fetch(`${example.url}/events`, { method: 'POST', body: JSON.stringify([event]) });
    expect((await send()).status).toBe(202);
    await until(
      'an error of that kind',
      async () => (await value('queue_errors_total{queue="events",error_type="aggregation_update"}')) > 0,
    );
    await until('its line in the log', async () =>
      example.log().includes('worker error: aggregation_update'),
    );
    // Neither half of the batch is there without the other.
    expect((await counted()).events).toBe(before);
    await example.control.repair('failing-counts');
    await until('the event', async () => (await counted()).events === before + 1);
    // What the client sends again is counted once.
    expect((await send()).status).toBe(202);
    await until(
      'both to be worked off',
      async () => (await value('queue_items{queue="events",state="ready"}')) === 0,
    );
    expect((await counted()).events).toBe(before + 1);
  });

  test('what is refused for good is kept apart, and the rest of its batch is written', async () => {
    await example.control.inject('refused-tools');
    const { events: before } = await counted();
    const events = ['diff', 'build', 'test'].map((tool, at) => ({
      id: `00000000-0000-4000-8000-00000000000${at}`,
      tool,
      version: '1.0.0',
      durationMs: 5,
      ok: true,
    }));
    await fetch(`${example.url}/events`, { method: 'POST', body: JSON.stringify(events) });
    await until('a dead letter', async () => (await value('queue_dead_letters_total{queue="events"}')) === 1);
    await until('the others', async () => (await counted()).events === before + 2);
    const { rows } = await pool.query(`select event->>'tool' as tool from refused_events`);
    expect(rows).toEqual([{ tool: 'diff' }]);
    await example.control.repair();
  });
});

test('the API refuses what is no event, and a fault that it does not know', async () => {
  const post = async (body: string) => {
    const response = await fetch(`${example.url}/events`, { method: 'POST', body });
    return [response.status, ((await response.json()) as { error: string }).error];
  };
  expect(await post('{')).toEqual([400, 'the body must be JSON']);
  expect(await post('[]')).toEqual([400, 'the body must be a list of 1 to 1000 events']);
  expect(await post('[{"id":"x"}]')).toEqual([400, 'id must be a UUID']);
  expect((await fetch(`${example.url}/stats/nothing`)).status).toBe(404);
  await expect(example.control.inject('nonsense' as 'crash')).rejects.toThrow(
    /no fault is called "nonsense"/,
  );
});
