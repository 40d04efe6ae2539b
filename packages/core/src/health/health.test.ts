import { afterEach, expect, test, vi } from 'vitest';
import { DeclarationError } from '../catalog/index.ts';
import { setLogger } from '../logging/index.ts';
import { Store, snapshot } from '../store/index.ts';
import { HealthChecks, healthCheck, processHealth } from './index.ts';

/** A clock set by hand, so that cache times are exact. */
function setUp() {
  const time = { ms: 1_000 };
  const store = new Store({
    clock: { wallMs: () => 1_800_000_000_000 + time.ms, monotonicMs: () => time.ms },
  });
  return { time, store, health: new HealthChecks(store) };
}

function seriesOf(store: Store, name: string): Record<string, number> {
  const family = snapshot(store).find(({ descriptor }) => descriptor.name === name);
  return Object.fromEntries(
    (family?.series ?? []).map((series) => [series.values[0], 'value' in series ? series.value : Number.NaN]),
  );
}

afterEach(() => setLogger(undefined));

test('nothing declared is healthy', async () => {
  const { health } = setUp();
  expect(await health.report()).toEqual({
    status: 'pass',
    timestamp: '2027-01-15T08:00:01.000Z',
    checks: {},
  });
  expect(await health.passes('readiness')).toBe(true);
});

test.each([
  [
    'a throw',
    () => {
      throw new TypeError('user=admin password=x');
    },
    'TypeError',
  ],
  [
    'a rejection with a code',
    () => Promise.reject(Object.assign(new Error('connect 10.0.0.7:5432'), { code: 'ECONNREFUSED' })),
    'ECONNREFUSED',
  ],
  ['false', () => false, 'CheckFailed'],
  ['a rejection with nothing', () => Promise.reject(undefined), 'Error'],
  [
    'a class that is no word',
    () => {
      throw Object.assign(new Error('x'), { name: 'for user admin' });
    },
    'Error',
  ],
])('%s fails with a class and no message', async (_, run, errorClass) => {
  const { health } = setUp();
  health.declare('database', run);
  const report = await health.report();
  expect(report.status).toBe('fail');
  expect(report.checks.database).toMatchObject({ status: 'fail', errorClass });
  expect(JSON.stringify(report)).not.toMatch(/admin|password|10\.0\.0\.7/);
});

test.each([
  ['nothing', undefined],
  ['zero', 0],
  ['null', null],
  ['rows', { rows: [] }],
])('%s passes', async (_, answer) => {
  const { health } = setUp();
  health.declare('database', () => answer);
  expect((await health.report()).checks.database!.status).toBe('pass');
});

test('each kind of check decides its own probe', async () => {
  const { health } = setUp();
  const failing = { readiness: false, liveness: false, report: false };
  for (const affects of ['readiness', 'liveness', 'report'] as const) {
    health.declare(`check-${affects}`, () => !failing[affects], { affects, cacheSeconds: 0 });
  }
  const state = async () => [
    await health.passes('liveness'),
    await health.passes('readiness'),
    (await health.report()).status,
  ];
  expect(await state()).toEqual([true, true, 'pass']);
  failing.report = true;
  expect(await state()).toEqual([true, true, 'warn']);
  failing.readiness = true;
  expect(await state()).toEqual([true, false, 'fail']);
  failing.readiness = false;
  failing.liveness = true;
  expect(await state()).toEqual([false, true, 'fail']);
});

test('a hundred requests at once cost one run, and a fresh result none', async () => {
  const { health, time } = setUp();
  const run = vi.fn(async () => {});
  health.declare('database', run, { cacheSeconds: 5 });
  await Promise.all(Array.from({ length: 100 }, () => health.report()));
  expect(run).toHaveBeenCalledTimes(1);
  time.ms += 4_999;
  await health.report();
  expect(run).toHaveBeenCalledTimes(1);
  time.ms += 1;
  await health.report();
  expect(run).toHaveBeenCalledTimes(2);
});

test('a hanging check fails in time, is told to stop, and is not called again until it comes back', async () => {
  const { health } = setUp();
  let comeBack: (() => void) | undefined;
  let aborted: unknown;
  const run = vi.fn((signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      aborted = signal.reason;
    });
    return new Promise<void>((resolve) => {
      comeBack = resolve;
    });
  });
  health.declare('database', run, { timeoutSeconds: 0.02, cacheSeconds: 0 });
  expect((await health.report()).checks.database).toMatchObject({ status: 'fail', errorClass: 'timeout' });
  expect(aborted).toMatchObject({ name: 'TimeoutError' });
  expect((await health.report()).checks.database).toMatchObject({ errorClass: 'timeout' });
  expect(run).toHaveBeenCalledTimes(1);
  comeBack!();
  run.mockImplementation(() => Promise.resolve());
  await vi.waitFor(async () => expect((await health.report()).status).toBe('pass'));
  expect(run).toHaveBeenCalledTimes(2);
});

test('a change is logged once, with its cause; a repetition is not', async () => {
  const { health } = setUp();
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args]);
  setLogger({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
  let cause: Error | undefined = new Error('password authentication failed');
  health.declare(
    'database',
    () => {
      if (cause !== undefined) throw cause;
    },
    { cacheSeconds: 0 },
  );
  await health.report();
  await health.report();
  const failed = cause;
  cause = undefined;
  await health.report();
  await health.report();
  expect(lines).toEqual([
    [
      'warn',
      expect.objectContaining({ check: 'database', error_type: 'Error', err: failed }),
      'The health check database fails',
    ],
    ['info', expect.objectContaining({ check: 'database' }), 'The health check database passes again'],
  ]);
});

test('is exported on each collection, by the store clock, until it is retired', async () => {
  const { health, store, time } = setUp();
  let ok = true;
  const retire = health.declare(
    'database',
    () => {
      time.ms += 250;
      return ok;
    },
    { cacheSeconds: 1 },
  );
  expect(seriesOf(store, 'health_check_status')).toEqual({});
  await store.collect();
  expect(seriesOf(store, 'health_check_status')).toEqual({ database: 1 });
  expect(seriesOf(store, 'health_check_duration_seconds')).toEqual({ database: 0.25 });
  ok = false;
  time.ms += 1_000;
  await store.collect();
  expect(seriesOf(store, 'health_check_status')).toEqual({ database: 0 });
  retire();
  retire();
  await store.collect();
  expect(seriesOf(store, 'health_check_status')).toEqual({});
});

test('a check slower than a scrape waits for does not fail the collection', async () => {
  const { health, store } = setUp();
  health.declare('slow', () => new Promise(() => {}), { timeoutSeconds: 10 });
  const [report] = await store.collect();
  expect(report!.error).toBeUndefined();
  expect(seriesOf(store, 'sightglass_collector_success')).toEqual({ health_check_status: 1 });
});

test('a wrong declaration throws every problem at once', () => {
  const { health } = setUp();
  const declare = () =>
    health.declare('data base', 'select 1' as never, {
      timeoutSeconds: 0,
      cacheSeconds: Number.NaN,
      affects: 'all' as never,
    });
  expect(declare).toThrow(DeclarationError);
  try {
    declare();
  } catch (error) {
    expect((error as DeclarationError).problems).toHaveLength(5);
  }
  expect(() => health.declare('misspelt', () => {}, { timeoutSecond: 5 } as never)).toThrow(
    'timeoutSeconds?',
  );
  health.declare('database', () => {});
  expect(() => health.declare('database', () => {})).toThrow('declared already');
});

test('the process has one set of checks', async () => {
  const retire = healthCheck('process-wide', () => {});
  expect(Object.keys((await processHealth().report()).checks)).toContain('process-wide');
  retire();
  expect(Object.keys((await processHealth().report()).checks)).not.toContain('process-wide');
});
