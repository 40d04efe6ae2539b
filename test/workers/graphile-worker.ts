import { EventEmitter } from 'node:events';
import { type Postgres, waitUntil } from '@sightglass/test-tools';
import { instrumentGraphileWorker } from '@sightglass/worker';
import { Logger, type Runner, run, type WorkerEvents } from 'graphile-worker';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRelay } from './relay.ts';
import { countsOf, depthOf, held, killedAtWork, stateOf, untilCounts } from './support.ts';

const quietly = { logger: new Logger(() => () => {}), pollInterval: 300, noHandleSignals: true } as const;

/** graphile-worker on a real Postgres. */
export function testGraphileWorker(server: () => Postgres): void {
  let pool: Pool;
  let runner: Runner;
  const slow = held();

  beforeAll(async () => {
    pool = new Pool({ connectionString: server().url });
    // Its connections end with the server.
    pool.on('error', () => {});
    const events: WorkerEvents = new EventEmitter();
    instrumentGraphileWorker(events, { name: 'mails', tasks: ['mail'], pool, maxWaitSeconds: 30 });
    instrumentGraphileWorker(events, { name: 'slow', tasks: ['slow'], pool });
    instrumentGraphileWorker(events, { name: 'bad', tasks: ['bad'], pool });
    runner = await run({
      ...quietly,
      pgPool: pool,
      events,
      concurrency: 2,
      taskList: {
        mail: async () => {},
        slow: slow.work,
        bad: async () => {
          throw new Error('no');
        },
      },
    });
  });
  afterAll(async () => {
    slow.end();
    // It is stopped already where the last test came so far.
    await runner?.stop().catch(() => {});
    await pool?.end();
  });

  test('counts what succeeds, what it waited, and who takes jobs; each task in its queue', async () => {
    expect(stateOf('mails')).toMatchObject({ consumers: 2, slots: 2, inFlight: 0 });
    await runner.addJob('mail', {});
    await untilCounts('mails', { success: 1 });
    expect(countsOf('mails')).toEqual({ success: 1 });
    expect(countsOf('slow')).toEqual({});
    expect(stateOf('mails')).toMatchObject({ wait: { count: 1 }, took: { count: 1 } });
    // Seconds, not milliseconds.
    expect(stateOf('mails').wait.sum).toBeLessThan(100);
  });

  test('what is to be done later is deferred, and what is under way is active', async () => {
    await runner.addJob('mail', {}, { runAt: new Date(Date.now() + 3_600_000) });
    await runner.addJob('slow', {});
    await waitUntil(() => stateOf('slow').inFlight === 1, { what: 'work under way' });
    await expect
      .poll(() => depthOf('mails'))
      .toMatchObject({
        ready: 0,
        deferred: 1,
        active: 0,
        read: 1,
        oldest: undefined,
      });
    await expect.poll(() => depthOf('slow')).toMatchObject({ ready: 0, active: 1, dead: 0 });
    slow.end();
    await untilCounts('slow', { success: 1 });
    expect(stateOf('slow')).toMatchObject({ inFlight: 0, workStarted: undefined });
  });

  test('counts failures, retries and the dead letter', async () => {
    const job = await runner.addJob('bad', {}, { maxAttempts: 2 });
    await untilCounts('bad', { failed: 1 });
    // The worker says so before it writes it down, here and below.
    await expect.poll(() => depthOf('bad')).toMatchObject({ deferred: 1, dead: 0 });
    // The second attempt at once, and not after its back-off.
    await pool.query('select graphile_worker.reschedule_jobs(array[$1::bigint], now())', [job.id]);
    await untilCounts('bad', { dead: 1 });
    expect(countsOf('bad')).toEqual({ failed: 2, retries: 1, dead: 1 });
    await expect.poll(() => depthOf('bad')).toMatchObject({ deferred: 0, dead: 1 });
  });

  test('what a worker was killed with has stalled, and is worked off by another', async () => {
    const killed = await runner.addJob('task-killed', {});
    await killedAtWork('graphile-worker', 'task-killed', server().url);
    expect(countsOf('task-killed')).toEqual({});
    const back = new EventEmitter();
    instrumentGraphileWorker(back, { name: 'task-killed', tasks: ['task-killed'], pool });
    await expect.poll(() => depthOf('task-killed')).toMatchObject({ active: 1, ready: 0 });
    // Four hours pass, after which graphile-worker gives a job to another worker; here somebody unlocks it.
    await pool.query(
      'select graphile_worker.force_unlock_workers(array(select locked_by from graphile_worker.jobs where id = $1))',
      [killed.id],
    );
    const other = await run({
      ...quietly,
      pgPool: pool,
      events: back,
      taskList: { 'task-killed': async () => {} },
    });
    await untilCounts('task-killed', { success: 1 });
    await other.stop();
    expect(countsOf('task-killed')).toEqual({ stalled: 1, retries: 1, success: 1 });
    await expect.poll(() => depthOf('task-killed')).toMatchObject({ active: 0, ready: 0, dead: 0 });
  });

  test('a server that goes away costs the depth alone, in time; when it is back, all that was asked for has happened once', async ({
    onTestFinished,
  }) => {
    const url = new URL(server().url);
    const relay = await startRelay({ host: url.hostname, port: Number(url.port) });
    url.port = String(relay.port);
    const away = new Pool({ connectionString: url.href });
    away.on('error', () => {});
    const events = new EventEmitter();
    instrumentGraphileWorker(events, { name: 'task-away', tasks: ['task-away'], pool: away });
    const its = await run({ ...quietly, pgPool: away, events, taskList: { 'task-away': async () => {} } });
    onTestFinished(async () => {
      await its.stop();
      await away.end();
      await relay.stop();
    });
    await its.addJob('task-away', {});
    await untilCounts('task-away', { success: 1 });
    await expect.poll(() => depthOf('task-away')).toMatchObject({ active: 0 });
    relay.cut();
    expect(await depthOf('task-away')).toMatchObject({ ready: undefined, dead: undefined, read: 0 });
    await expect(its.addJob('task-away', {})).rejects.toThrow();
    expect(countsOf('task-away')).toEqual({ success: 1 });
    relay.restore();
    await its.addJob('task-away', {});
    await untilCounts('task-away', { success: 2 });
    await expect.poll(() => depthOf('task-away')).toMatchObject({ ready: 0, active: 0, dead: 0, read: 1 });
    expect(countsOf('task-away')).toEqual({ success: 2 });
  });

  test('a pool that is stopped takes no jobs', async () => {
    await runner.stop();
    expect(stateOf('mails')).toMatchObject({ consumers: 0, slots: 0 });
  });

  test('what is no emitter is refused, and so is a wrong option', () => {
    expect(() => instrumentGraphileWorker({} as never, { name: 'x' })).toThrowError(/graphile-worker/);
    expect(() =>
      instrumentGraphileWorker(new EventEmitter(), { name: 'x', tasks: 'mail', schema: 'a"b' } as never),
    ).toThrowError(/schema[\s\S]*tasks|tasks/);
  });
}
