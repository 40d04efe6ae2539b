import { type Postgres, waitUntil } from '@sightglass/test-tools';
import { instrumentPgBoss, type PgBossOptions } from '@sightglass/worker';
import { PgBoss, type WorkOptions } from 'pg-boss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRelay } from './relay.ts';
import { countsOf, depthOf, held, killedAtWork, stateOf, untilCounts } from './support.ts';

const OFTEN = { pollingIntervalSeconds: 0.5 } as const;

/** pg-boss on a real Postgres. */
export function testPgBoss(server: () => Postgres): void {
  let boss: PgBoss;
  beforeAll(async () => {
    boss = new PgBoss({ connectionString: server().url });
    boss.on('error', () => {});
    await boss.start();
  });
  afterAll(() => boss?.stop({ graceful: false }));

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

  test('counts what succeeds, what it waited, what is under way and who takes jobs', async () => {
    const { work, end } = held();
    await start('success', work, { localConcurrency: 2 });
    await boss.send('success', { n: 1 });
    await boss.sendAfter('success', {}, null, 3_600);
    await untilUnderWay('success');
    await boss.insert('success', [{ data: { n: 2 }, startAfter: 3_600 }]);
    expect(stateOf('success')).toMatchObject({ inFlight: 1, consumers: 1, slots: 2 });
    await expect
      .poll(() => depthOf('success'))
      .toMatchObject({ active: 1, ready: 0, deferred: 2, dead: 0, read: 1 });
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
    await expect.poll(() => depthOf('failure')).toMatchObject({ dead: 1, ready: 0 });
    watched.redriven();
    expect(countsOf('failure').redriven).toBe(1);
  });

  test('several jobs at once are a batch, of which some may fail', async () => {
    await boss.createQueue('batch');
    const watched = instrumentPgBoss(boss, { name: 'batch' });
    for (const n of [1, 2, 3]) await boss.send('batch', { n });
    await expect.poll(() => depthOf('batch')).toMatchObject({ ready: 3, oldest: expect.any(Number) });
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

  test('what a worker was killed with has stalled, and is worked off by another', async () => {
    await boss.createQueue('killed', { retryLimit: 2, retryDelay: 0, expireInSeconds: 3_600 });
    await boss.send('killed', {});
    await killedAtWork('pg-boss', 'killed', server().url);
    instrumentPgBoss(boss, { name: 'killed' });
    await expect.poll(() => depthOf('killed')).toMatchObject({ active: 1, ready: 0 });
    // An hour and more passes, after which pg-boss gives a job to another worker.
    await boss
      .getDb()
      .executeSql(
        "update pgboss.job set started_on = started_on - interval '2 hours' where name = 'killed'",
        [],
      );
    await boss.supervise('killed');
    expect(countsOf('killed')).toEqual({});
    await boss.work('killed', OFTEN, async () => {});
    await untilCounts('killed', { success: 1 });
    expect(countsOf('killed')).toEqual({ stalled: 1, retries: 1, success: 1 });
    await expect.poll(() => depthOf('killed')).toMatchObject({ active: 0, ready: 0, dead: 0 });
  });

  test('a server that goes away costs the depth alone, in time; when it is back, all that was asked for has happened once', async ({
    onTestFinished,
  }) => {
    const { hostname, port } = new URL(server().url);
    const relay = await startRelay({ host: hostname, port: Number(port) });
    const url = new URL(server().url);
    url.port = String(relay.port);
    const away = new PgBoss({ connectionString: url.href, supervise: false, schedule: false });
    onTestFinished(async () => {
      await away.stop({ graceful: false });
      await relay.stop();
    });
    away.on('error', () => {});
    await away.start();
    await away.createQueue('away');
    instrumentPgBoss(away, { name: 'away' });
    await away.work('away', OFTEN, async () => {});
    await away.send('away', {});
    await untilCounts('away', { success: 1 });
    // pg-boss writes it down after the work has returned; cut before that, the job would be at work until it expires.
    await expect.poll(() => depthOf('away')).toMatchObject({ active: 0 });
    relay.cut();
    expect(await depthOf('away')).toMatchObject({ ready: undefined, dead: undefined, read: 0 });
    await expect(away.send('away', {})).rejects.toThrow();
    expect(countsOf('away')).toEqual({ success: 1, enqueued: 1 });
    relay.restore();
    await away.send('away', {});
    await untilCounts('away', { success: 2 });
    await expect.poll(() => depthOf('away')).toMatchObject({ ready: 0, active: 0, dead: 0, read: 1 });
    expect(countsOf('away')).toEqual({ success: 2, enqueued: 2 });
  });

  test('what is no boss is refused, and so is a wrong option', () => {
    expect(() => instrumentPgBoss({} as never, { name: 'x' })).toThrowError(/pg-boss/);
    expect(() => instrumentPgBoss(boss, { name: '' })).toThrowError(/name must be/);
    expect(() => instrumentPgBoss(boss, { name: 'x', schema: 'a"b' })).toThrowError(/schema/);
  });
}

const untilUnderWay = (queue: string) =>
  waitUntil(() => stateOf(queue).inFlight === 1, { what: 'work under way' });
