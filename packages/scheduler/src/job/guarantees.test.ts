import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import { setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { declareSync, syncRun, syncWork } from '../sync/index.ts';
import { declareJob, instrumentJob, type Run, type RunStart } from './index.ts';
import { runsOf } from './job.support.ts';
import * as metrics from './metrics.ts';

const thrown = () => {
  throw new Error('of the host');
};
const YEARLY = { schedule: '0 0 1 1 *', timezone: 'UTC' } as const;
const system = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

afterEach(() => {
  trace.disable();
  setLogger(undefined);
  processStore().setClock(system);
});

/** Puts a tracer in of which everything throws that is asked of a span. */
function breakTracer(method: 'startActiveSpan' | 'recordException' | 'end' | 'setAttribute'): void {
  const quiet = { setAttribute: () => {}, recordException: () => {}, setStatus: () => {}, end: () => {} };
  const span = { ...quiet, [method]: thrown };
  const startActiveSpan = (_name: string, _options: object, work: (span: unknown) => unknown) => work(span);
  const tracer = method === 'startActiveSpan' ? { startActiveSpan: thrown } : { startActiveSpan };
  trace.setGlobalTracerProvider({ getTracer: () => tracer } as never);
}

describe.each(['startActiveSpan', 'recordException', 'setAttribute', 'end'] as const)(
  'B1: a tracer whose %s throws',
  (method) => {
    test('costs no run, no result and no error, and leaves nothing running', async () => {
      breakTracer(method);
      const name = `tracer ${method}`;
      const error = new Error('of the work');
      const run = instrumentJob(declareJob({ name, ...YEARLY, overlap: 'skip' }), (_run, fails: boolean) => {
        if (fails) throw error;
        return 'ran';
      });
      expect(await run({ trigger: 'manual' }, false)).toBe('ran');
      expect(await run({ trigger: 'manual' }, true).catch((caught: unknown) => caught)).toBe(error);
      expect(await run({ trigger: 'manual' }, false)).toBe('ran');
      expect(runsOf(name)).toEqual({ 'manual success': 2, 'manual failed': 1 });
      expect(readMetric(metrics.jobRunning, { job_name: name })).toBe(0);
    });

    test('costs no source of a sync', async () => {
      breakTracer(method);
      const name = `tracer of a sync ${method}`;
      const sync = declareSync({ name, ...YEARLY, sources: ['well', 'badly'] });
      const run = syncRun(sync, async (run) => [
        await run.source('well', async ({ request }) => ({ items: await request(() => 3) })),
        await run.source('badly', thrown),
      ]);
      expect(await run({ trigger: 'manual' })).toEqual([true, false]);
      expect(runsOf(name)).toEqual({ 'manual partial': 1 });
    });
  },
);

describe('B19: the work runs, and is given what it would be given without us', () => {
  test.each(['trigger', 'scheduledFor', 'signal'])('when %s of its start can not be read', async (broken) => {
    const job = declareJob({ name: `start ${broken}`, ...YEARLY });
    const run = instrumentJob(job, () => 'ran');
    const start = Object.defineProperty({ trigger: 'manual' } as RunStart, broken, {
      get: thrown,
      enumerable: true,
    });
    expect(await run(start)).toBe('ran');
  });

  test('on the object that it is a method of, with its arguments and its context', async () => {
    const name = 'this';
    const local = new AsyncLocalStorage<string>();
    const job = declareJob({ name, ...YEARLY });
    function work(this: unknown, run: Run, ...args: unknown[]) {
      return [this, run.trigger, local.getStore(), ...args];
    }
    const service = { run: instrumentJob(job, work) };
    const given = await local.run('context', () => service.run({ trigger: 'manual' }, 1, service));
    expect(given).toEqual([service, 'manual', 'context', 1, service]);
    const sync = declareSync({ name: 'this of a sync', ...YEARLY, sources: ['a'] });
    const synced = { run: syncRun(sync, work), work: instrumentJob(sync, syncWork(sync, work)) };
    for (const method of ['run', 'work'] as const)
      expect((await synced[method]({ trigger: 'manual' }))?.[0]).toBe(synced);
  });

  test('when the logger of the host throws', async () => {
    setLogger({ debug: thrown, info: thrown, warn: thrown, error: thrown });
    const run = instrumentJob(declareJob({ name: 'logger', ...YEARLY }), () => 'ran');
    expect(await run({ trigger: 'manual' })).toBe('ran');
  });

  test.each([
    ['null', null],
    ['what can not be read', Object.defineProperty({}, 'name', { get: thrown, enumerable: true })],
    ['a time limit that is a bigint', { name: 'bigint', ...YEARLY, timeoutSeconds: 5n }],
    ['null as its time limit', { name: 'bigint', ...YEARLY, timeoutSeconds: null }],
  ])('but a declaration of %s is refused', (_, options) => {
    expect(() => declareJob(options as never)).toThrow(/^The job( "bigint")? can't be declared/);
    expect(() => declareSync(options as never)).toThrow(/^The sync( "bigint")? can't be declared/);
  });
});

// One that throws is held back by the store's own.
describe.each([
  ['gives no number', () => Number.NaN],
  ['gives infinity', () => Number.POSITIVE_INFINITY],
  ['gives no date', () => 9e15],
  ['gives a string', () => 'now' as never],
])('B24: a clock that %s', (how, broken) => {
  test('costs no run and throws nowhere', async () => {
    const name = `clock ${how}`;
    const job = declareJob({ name, schedule: '* * * * *', timezone: 'UTC' });
    const run = instrumentJob(job, () => 'ran');
    breakClock(broken);
    expect(await run()).toBe('ran');
    expect(await run({ trigger: 'manual', scheduledFor: new Date(Number.NaN) })).toBe('ran');
    expect(runsOf(name)).toEqual({ 'scheduled success': 1, 'manual success': 1 });
    expect(job.nextRun).toBeInstanceOf(Date);
  });

  test('B25: is dropped and counted by whatever is said of the job', () => {
    const job = declareJob({ name: `said ${how}`, schedule: '* * * * *', timezone: 'UTC' });
    breakClock(broken);
    for (const say of [job.disable, job.enable, job.standBy, job.enable, job.stop, job.enable]) say();
    job.skippedLocked();
    expect(runsOf(job.name)).toEqual({ 'scheduled skipped_lock': 1 });
    processStore().setClock(system);
    expect(droppedOf('job_next_run_timestamp_seconds')).toBeGreaterThan(0);
  });
});

/** From now on; the store itself began by a clock that worked. */
function breakClock(broken: () => number): void {
  const clock = { ...system };
  processStore().setClock({ wallMs: () => clock.wallMs(), monotonicMs: () => clock.monotonicMs() });
  Object.assign(clock, { wallMs: broken, monotonicMs: broken });
}

function droppedOf(metric: string): number {
  const series = [...processStore().instruments()].find(
    ({ descriptor }) => descriptor.name === 'sightglass_measurements_dropped_total',
  )!.series as unknown as { peek(labels: object): { value: number } | undefined };
  return series.peek({ metric, reason: 'bad_label' })?.value ?? 0;
}

test('B7: nothing is kept of a run that has ended, neither by a lasting signal nor by a time limit', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const lasting = new AbortController();
  const job = declareJob({ name: 'many', ...YEARLY, timeoutSeconds: 3_600 });
  const sync = declareSync({
    name: 'many of a sync',
    ...YEARLY,
    timeoutSeconds: 3_600,
    sourceTimeoutSeconds: 3_600,
    sources: ['a'],
  });
  const run = instrumentJob(job, () => {});
  const synced = syncRun(sync, async (run) => {
    await run.source('a', async ({ request }) => ({ items: await request(() => 1) }));
  });
  const start: RunStart = { trigger: 'manual', signal: lasting.signal };
  const rounds = async (count: number) => {
    for (let i = 0; i < count; i++) await Promise.all([run(start), synced(start)]);
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return process.memoryUsage().heapUsed;
  };
  await rounds(1_000);
  const before = await rounds(1);
  const after = await rounds(5_000);
  expect((after - before) / 5_000).toBeLessThan(200);
  expect(getEventListeners(lasting.signal, 'abort')).toEqual([]);
});

describe('A12: a host’s test that stops its timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('ends as without us when it runs all of them', async () => {
    vi.useFakeTimers();
    const job = declareJob({
      name: 'fake timers',
      schedule: '* * * * *',
      timezone: 'UTC',
      timeoutSeconds: 60,
    });
    const run = instrumentJob(job, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return 'ran';
    });
    const ended = run();
    await vi.runAllTimersAsync();
    expect(await ended).toBe('ran');
    expect(vi.getTimerCount()).toBe(0);
  });
});
