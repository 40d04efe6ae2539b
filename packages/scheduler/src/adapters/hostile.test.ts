import { DeclarationError } from '@sightglass/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declareJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { runsOf } from '../job/job.support.ts';
import type { Run } from '../job/run.ts';
import { declareSync, syncRun } from '../sync/index.ts';
import { bullmqProcessor } from './bullmq.ts';
import { byHand, InstrumentJob } from './nest.ts';
import { scheduleNodeCron } from './node-cron.ts';
import { pgBossHandler } from './pg-boss.ts';
import { runOnce } from './run-once.ts';
import { every } from './timer.ts';

const job = declareJob({ name: 'hostile adapters', schedule: '0 0 1 1 *', timezone: 'UTC' });

/** What another version of a scheduler might call with. */
const anything = fc.oneof(
  fc.anything({ withDate: true, withNullPrototype: true }),
  fc.record(
    {
      data: fc.anything(),
      repeatJobKey: fc.constantFrom('key', undefined),
      attemptsMade: fc.anything(),
      retryCount: fc.anything(),
      opts: fc.anything(),
      timestamp: fc.anything(),
      date: fc.anything({ withDate: true }),
      execution: fc.anything(),
      signal: fc.anything(),
    },
    { requiredKeys: [] },
  ),
);

/** Neither a number nor anything that can be made one: a comparison with it throws. */
const noNumber = { toString: {} };
const worst: [unknown][] = [
  [{ attemptsMade: noNumber }],
  [{ retryCount: noNumber }],
  [{ repeatJobKey: 'key', opts: { prevMillis: noNumber } }],
  [{ repeatJobKey: 'key', timestamp: noNumber, opts: { delay: Symbol('soon') } }],
];

/** Calls each adapter's function as its scheduler would. */
const adapters = {
  BullMQ: bullmqProcessor(job, () => 'ran') as (value: unknown) => Promise<unknown>,
  'pg-boss': (value: unknown) => pgBossHandler(job, () => 'ran')([value as object]),
  'node-cron': (value: unknown) => {
    let start: (context: never) => unknown = () => undefined;
    const task = { on: (_event: string, listener: (context: never) => void) => listener(value as never) };
    const cron = {
      schedule: (_expression: string, given: (context: never) => unknown) => {
        start = given;
        return task;
      },
    };
    scheduleNodeCron(cron, job, () => 'ran');
    return start(value as never);
  },
  Nest: (value: unknown) => {
    const descriptor = { value: (_run: Run) => 'ran' as unknown };
    InstrumentJob(job)({}, 'sync', descriptor);
    return descriptor.value(value as never);
  },
};

test.each(Object.entries(adapters))(
  '%s: whatever it is called with, the work runs and nothing throws',
  async (_, call) => {
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        expect(await call(value)).toBe('ran');
      }),
      { numRuns: 300, examples: worst },
    );
    job.disable();
    job.enable();
  },
);

test('A23: each invocation of a process that is kept is a run of its own, and is flushed', async () => {
  const once = declareJob({ name: 'invoked', schedule: '0 0 1 1 *', timezone: 'UTC' });
  const flushed: unknown[] = [];
  const flush = async () => void flushed.push({ ...runsOf('invoked') });
  expect(await runOnce(once, () => 'first', { flush })).toBe('first');
  expect(await runOnce(once, () => 'second', { flush, trigger: 'event' })).toBe('second');
  expect(flushed).toEqual([{ 'scheduled success': 1 }, { 'scheduled success': 1, 'event success': 1 }]);
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['without a flush', {}],
  [
    'with one that can not be read',
    Object.defineProperty({}, 'flush', {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
])('B19: a process that runs once does its work with options that are %s', async (_, options) => {
  expect(await runOnce(job, () => 'ran', options as never)).toBe('ran');
});

test('B19: the work of an adapter is given the object that its function is called on', async () => {
  function work(this: unknown) {
    return this;
  }
  const worker = { bull: bullmqProcessor(job, work), boss: pgBossHandler(job, work) };
  expect([await worker.bull({}), await worker.boss([{}])]).toEqual([worker, worker]);
});

test('A4: a task of node-cron 3, which emits nothing, is followed by its methods', async () => {
  const given = declareJob({ name: 'node-cron 3', schedule: '0 0 1 1 *', timezone: 'UTC' });
  let start: (context: never) => unknown = () => undefined;
  const task = { on: () => {}, start: () => 'started', stop: () => 'stopped' };
  const cron = {
    schedule: (_expression: string, work: (context: never) => unknown) => {
      start = work;
      return task;
    },
  };
  scheduleNodeCron(cron, given, () => 'ran', { scheduled: false } as never);
  expect([given.state, task.start(), given.state]).toEqual(['stopping', 'started', 'enabled']);
  expect([task.stop(), given.state, task.start()]).toEqual(['stopped', 'stopping', 'started']);
  for (const context of ['manual', 'init', new Date()]) expect(await start(context as never)).toBe('ran');
  expect(runsOf('node-cron 3')).toEqual({
    'manual success': 1,
    'startup success': 1,
    'scheduled success': 1,
  });
});

describe('B19: whatever signal a queue gives, the work runs', () => {
  const refuse = () => {
    throw new Error('of the host');
  };
  const { proxy, revoke } = Proxy.revocable(new AbortController().signal, {});
  revoke();
  test.each<[string, unknown]>([
    ['revoked', proxy],
    ['none by birth', Object.create(AbortSignal.prototype)],
    ['deaf', Object.assign(new AbortController().signal, { addEventListener: refuse })],
    ['clinging', Object.assign(new AbortController().signal, { removeEventListener: refuse })],
  ])('%s', async (_, signal) => {
    const work = () => 'ran';
    expect(await bullmqProcessor(job, work)({}, 'token', signal as AbortSignal)).toBe('ran');
    expect(await pgBossHandler(job, work)([{ signal: signal as AbortSignal }])).toBe('ran');
  });
});

test('A5: a run that a signal of another make ends is cancelled, or timed out where its reason says so', async () => {
  const cancelled = declareJob({ name: 'polyfilled', schedule: '0 0 1 1 *', timezone: 'UTC' });
  for (const [reason, expected] of [
    [new Error('shutting down'), 'scheduled cancelled'],
    [new DOMException('late', 'TimeoutError'), 'scheduled timeout'],
    [undefined, 'scheduled cancelled'],
  ] as const) {
    const before = runsOf('polyfilled')[expected] ?? 0;
    let abort: () => void = () => {};
    const signal = {
      aborted: false,
      reason: undefined as unknown,
      addEventListener: (_: string, listener: () => void) => {
        abort = listener;
      },
      removeEventListener: () => {},
    };
    const run = pgBossHandler(cancelled, () => new Promise(() => {}))([{ signal: signal as never }]);
    Object.assign(signal, { aborted: true, reason });
    abort();
    await expect(run).rejects.toBeDefined();
    expect(runsOf('polyfilled')[expected]).toBe(before + 1);
  }
});

test('B19: what is no work is refused when it is given, whatever it is given to', async () => {
  const sync = declareSync({ name: 'without work', intervalSeconds: 60, sources: ['a'] });
  const timed = declareJob({ name: 'without work too', intervalSeconds: 60 });
  const nothing = undefined as never;
  for (const give of [
    () => instrumentJob(job, nothing),
    () => syncRun(sync, nothing),
    () => every(timed, nothing),
    () => bullmqProcessor(job, nothing),
    () => pgBossHandler(job, nothing),
    // The decorators of the language come without a descriptor.
    () => InstrumentJob(job)({}, 'sync', nothing),
    () => InstrumentJob(job)({}, 'sync', { get: () => 1 } as never),
  ])
    expect(give).toThrow(DeclarationError);
  const listeners = process.listenerCount('SIGTERM');
  await expect(runOnce(job, nothing, { flush: () => {} })).rejects.toThrow(DeclarationError);
  await expect(runOnce(nothing, () => 1, { flush: nothing })).rejects.toThrow(DeclarationError);
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
});

test('a start by hand is manual, whatever its trigger is called', () => {
  for (const start of [undefined, null, 5, { trigger: 'bogus' }] as never[])
    expect(byHand(start)).toMatchObject({ trigger: 'manual' });
  expect(byHand({ trigger: 'event' })).toMatchObject({ trigger: 'event' });
  const { signal } = new AbortController();
  expect(
    byHand({
      signal,
      get scheduledFor(): never {
        throw new Error('no');
      },
    }),
  ).toMatchObject({ signal });
  // A text is no options, and has no million of them.
  expect(Object.keys(byHand('x'.repeat(1_000_000) as never))).toHaveLength(3);
});
