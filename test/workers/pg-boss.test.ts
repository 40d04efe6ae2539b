import { type Postgres, startPostgres, waitUntil } from '@sightglass/test-tools';
import { instrumentPgBoss, type PgBossOptions } from '@sightglass/worker';
import { PgBoss, type WorkOptions } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countsOf, depthOf, held, stateOf, untilCounts } from './support.ts';

let postgres: Postgres;
let boss: PgBoss;
beforeAll(async () => {
  postgres = await startPostgres();
  boss = new PgBoss({ connectionString: postgres.url });
  boss.on('error', () => {});
  await boss.start();
});
afterAll(async () => {
  await boss?.stop({ graceful: false });
  await postgres?.stop();
});

const OFTEN = { pollingIntervalSeconds: 0.5 } as const;

async function start(
  name: string,
  work: (jobs: { data: object }[]) => Promise<unknown>,
  options: WorkOptions = {},
  facts: Partial<PgBossOptions> & { retryLimit?: number } = {},
) {
  const { retryLimit = 0, ...promises } = facts;
  await boss.createQueue(name, { retryLimit, retryDelay: 1 });
  const watched = instrumentPgBoss(boss, { name, ...promises });
  await boss.work(name, { ...OFTEN, ...options }, work as never);
  return watched;
}

describe('pg-boss', () => {
  test('counts what succeeds, what it waited, what is under way and who takes jobs', async () => {
    const { work, end } = held();
    await start('success', work, { localConcurrency: 2 });
    await boss.send('success', { n: 1 });
    await boss.sendAfter('success', {}, null, 3_600);
    await untilUnderWay('success');
    await boss.insert('success', [{ data: { n: 2 }, startAfter: 3_600 }]);
    expect(stateOf('success')).toMatchObject({ inFlight: 1, consumers: 1, slots: 2 });
    expect(await depthOf('success')).toMatchObject({ active: 1, ready: 0, deferred: 2, dead: 0, read: 1 });
    end();
    await untilCounts('success', { success: 1 });
    expect(countsOf('success')).toEqual({ success: 1, enqueued: 3 });
    expect(stateOf('success')).toMatchObject({ inFlight: 0, wait: { count: 1 }, took: { count: 1 } });
    // Seconds, not milliseconds.
    expect(stateOf('success').wait.sum).toBeLessThan(100);
    await boss.offWork('success');
    expect(stateOf('success').consumers).toBe(0);
  });

  test('counts failures, retries and the dead letter', async () => {
    const watched = await start(
      'failure',
      async () => {
        throw new Error('no');
      },
      {},
      { retryLimit: 1 },
    );
    await boss.send('failure', {});
    await untilCounts('failure', { dead: 1 });
    expect(countsOf('failure')).toEqual({ failed: 2, retries: 1, dead: 1, enqueued: 1 });
    expect(await depthOf('failure')).toMatchObject({ dead: 1, ready: 0 });
    watched.redriven();
    expect(countsOf('failure').redriven).toBe(1);
  });

  test('several jobs at once are a batch, of which some may fail', async () => {
    await boss.createQueue('batch');
    const watched = instrumentPgBoss(boss, { name: 'batch' });
    for (const n of [1, 2, 3]) await boss.send('batch', { n });
    expect(await depthOf('batch')).toMatchObject({ ready: 3, oldest: expect.any(Number) });
    await boss.work<{ n: number }>('batch', { ...OFTEN, batchSize: 3, perJobResults: true }, async (jobs) =>
      jobs.map(({ id, data: { n } }) => ({
        id,
        status: n === 2 ? ('failed' as const) : ('completed' as const),
      })),
    );
    await untilCounts('batch', { success: 2, failed: 1 });
    expect(countsOf('batch')).toEqual({ success: 2, failed: 1, enqueued: 3 });
    expect(stateOf('batch').wait.count).toBe(3);
    watched.retire();
  });

  test('what is no boss is refused, and so is a wrong option', () => {
    expect(() => instrumentPgBoss({} as never, { name: 'x' })).toThrowError(/pg-boss/);
    expect(() => instrumentPgBoss(boss, { name: '' })).toThrowError(/name must be/);
    expect(() => instrumentPgBoss(boss, { name: 'x', schema: 'a"b' })).toThrowError(/schema/);
  });
});

const untilUnderWay = (queue: string) =>
  waitUntil(() => stateOf(queue).inFlight === 1, { what: 'work under way' });
