import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observeCache } from '../service/index.ts';
import { cacheOperations, httpServerRequestDuration } from '../service/metrics.ts';
import { counter, gauge, histogram, info, processStore } from '../store/index.ts';
import {
  type FakeClock,
  fakeClock,
  type HistogramReading,
  readExposition,
  readMetric,
  resetMetrics,
} from './index.ts';

const runs = counter('testing_runs_total', {
  help: 'Runs.',
  labels: { job_name: String, outcome: ['ok', 'failed'] },
});
const depth = gauge('testing_depth', { help: 'Depth.' });
const seen = gauge('testing_seen_timestamp_seconds', { help: 'Seen.', labels: ['table'] });
const took = histogram('testing_duration_seconds', { help: 'Took.', buckets: [1, 5] });
const facts = info('testing_info', { help: 'Facts.', labels: ['version'] });

beforeEach(resetMetrics);

describe('readMetric', () => {
  test('reads each kind, and undefined where there is no series', () => {
    expect(readMetric(runs, { job_name: 'sync', outcome: 'ok' })).toBeUndefined();
    runs.init({ job_name: 'sync' });
    expect(readMetric(runs, { job_name: 'sync', outcome: 'failed' })).toBe(0);
    runs.add(2, { job_name: 'sync', outcome: 'ok' });
    expect(readMetric(runs, { job_name: 'sync', outcome: 'ok' })).toBe(2);

    expect(readMetric(depth)).toBeUndefined();
    depth.set(0);
    expect(readMetric(depth)).toBe(0);

    expect(readMetric(facts, { version: '1' })).toBeUndefined();
    facts.set({ version: '1' });
    expect(readMetric(facts, { version: '1' })).toBe(1);

    took.record(0.5);
    took.record(9);
    expect(readMetric(took)).toEqual({ count: 2, sum: 9.5, buckets: [1, 0, 1] });
  });

  test('creates no series, and takes no label that the metric does not have', async () => {
    readMetric(runs, { job_name: 'never', outcome: 'ok' });
    // @ts-expect-error a misspelt label does not compile, and finds nothing
    expect(readMetric(runs, { job: 'sync', outcome: 'ok' })).toBeUndefined();
    expect(await readExposition()).not.toContain('never');
  });

  test('A25: reads metrics of this library as it reads others, before and after they are measured', () => {
    const hit = { cache: 'users', operation: 'get', result: 'hit' } as const;
    expect(readMetric(cacheOperations, hit)).toBeUndefined();
    observeCache('users').record('get', 'hit');
    const hits: number | undefined = readMetric(cacheOperations, hit);
    expect(hits).toBe(1);
    const request = {
      http_request_method: 'GET',
      http_route: '/',
      http_response_status_code: '200',
      url_scheme: 'http',
      error_type: '',
    } as const;
    processStore().histogram(httpServerRequestDuration).record(0.5, request);
    const requests: HistogramReading | undefined = readMetric(httpServerRequestDuration, request);
    expect(requests).toMatchObject({ count: 1, sum: 0.5 });
    // @ts-expect-error a misspelt label does not compile
    expect(readMetric(cacheOperations, { ...hit, cache: undefined, cahce: 'users' })).toBeUndefined();
  });

  test('gives a copy that later records do not change', () => {
    took.record(0.5);
    const before = readMetric(took);
    took.record(0.5);
    expect(before).toEqual({ count: 1, sum: 0.5, buckets: [1, 0, 0] });
  });
});

describe('resetMetrics', () => {
  test('sets series back to their birth and keeps handles good', () => {
    const ok = runs.bind({ job_name: 'reset', outcome: 'ok' });
    ok.add(3);
    depth.set(4);
    took.record(1);
    resetMetrics();
    expect(readMetric(runs, { job_name: 'reset', outcome: 'ok' })).toBe(0);
    expect(readMetric(depth)).toBeUndefined();
    expect(readMetric(took)).toEqual({ count: 0, sum: 0, buckets: [0, 0, 0] });
    ok.add();
    expect(readMetric(runs, { job_name: 'reset', outcome: 'ok' })).toBe(1);
  });
});

describe('fakeClock', () => {
  let clock: FakeClock | undefined;
  afterEach(() => clock?.restore());

  test('stands still until it is advanced, and gives the real time back', () => {
    clock = fakeClock(1_700_000_000_000);
    seen.setToNow({ table: 'a' });
    expect(readMetric(seen, { table: 'a' })).toBe(1_700_000_000);
    clock.advance(1.5);
    seen.setToNow({ table: 'a' });
    expect(readMetric(seen, { table: 'a' })).toBe(1_700_000_001.5);
    clock.restore();
    seen.setToNow({ table: 'a' });
    expect(readMetric(seen, { table: 'a' })).toBeCloseTo(Date.now() / 1000, -1);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to be advanced by %s seconds', (seconds) => {
    const fake = fakeClock(0);
    clock = fake;
    expect(() => fake.advance(seconds)).toThrow(RangeError);
  });
});

describe('readExposition', () => {
  test('is the text of everything, with observed gauges read', async () => {
    const stop = depth.observe(() => Promise.resolve(42), {});
    runs.add(1, { job_name: 'text', outcome: 'ok' });
    const text = await readExposition();
    stop();
    expect(text).toContain('# TYPE testing_runs_total counter\n');
    expect(text).toMatch(/^testing_runs_total\{job_name="text",outcome="ok"\} 1$/m);
    expect(text).toMatch(/^testing_depth 42$/m);
  });
});
