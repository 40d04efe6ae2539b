import { EventEmitter } from 'node:events';
import { type Postgres, startPostgres, waitUntil } from '@sightglass/test-tools';
import { instrumentGraphileWorker } from '@sightglass/worker';
import { type Runner, run, type WorkerEvents } from 'graphile-worker';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countsOf, depthOf, held, stateOf, untilCounts } from './support.ts';

let postgres: Postgres;
let pool: Pool;
let runner: Runner;
const slow = held();

beforeAll(async () => {
  postgres = await startPostgres();
  pool = new Pool({ connectionString: postgres.url });
  // Its connections end with the server.
  pool.on('error', () => {});
  const events: WorkerEvents = new EventEmitter();
  instrumentGraphileWorker(events, { name: 'mails', tasks: ['mail'], pool, maxWaitSeconds: 30 });
  instrumentGraphileWorker(events, { name: 'slow', tasks: ['slow'], pool });
  instrumentGraphileWorker(events, { name: 'bad', tasks: ['bad'], pool });
  const quiet = () => {};
  runner = await run({
    pgPool: pool,
    events,
    concurrency: 2,
    pollInterval: 300,
    noHandleSignals: true,
    logger: new (await import('graphile-worker')).Logger(() => quiet),
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
  await postgres?.stop();
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
  expect(await depthOf('mails')).toMatchObject({
    ready: 0,
    deferred: 1,
    active: 0,
    read: 1,
    oldest: undefined,
  });
  expect(await depthOf('slow')).toMatchObject({ ready: 0, active: 1, dead: 0 });
  slow.end();
  await untilCounts('slow', { success: 1 });
  expect(stateOf('slow')).toMatchObject({ inFlight: 0, workStarted: undefined });
});

test('counts failures, retries and the dead letter', async () => {
  const job = await runner.addJob('bad', {}, { maxAttempts: 2 });
  await untilCounts('bad', { failed: 1 });
  expect(await depthOf('bad')).toMatchObject({ deferred: 1, dead: 0 });
  // The second attempt at once, and not after its back-off.
  await pool.query('select graphile_worker.reschedule_jobs(array[$1::bigint], now())', [job.id]);
  await untilCounts('bad', { dead: 1 });
  expect(countsOf('bad')).toEqual({ failed: 2, retries: 1, dead: 1 });
  expect(await depthOf('bad')).toMatchObject({ deferred: 0, dead: 1 });
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
