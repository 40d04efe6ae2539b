import { fakeClock, readMetric, resetMetrics } from '@sightglass/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as jobMetrics from '../job/metrics.ts';
import { declareSync, type Sync, syncRun } from './index.ts';
import * as metrics from './metrics.ts';

const START_MS = Date.UTC(2026, 0, 1);
let clock: ReturnType<typeof fakeClock>;
let count = 0;
/** A name of its own for each test, since a declaration holds until the process ends. */
let name: string;
const job = () => ({ job_name: name });
const of = (source: string) => ({ job_name: name, source });

beforeEach(() => {
  resetMetrics();
  clock = fakeClock(START_MS);
  name = `declared-${count++}`;
});
afterEach(() => clock.restore());

const facts = { intervalSeconds: 21_600, sources: ['openrouter', 'featherless'] } as const;
const declare = () => declareSync({ ...facts, name });
const manual = { trigger: 'manual' } as const;

describe('a declaration', () => {
  test('declares the job and gives birth to every series of every source at zero', () => {
    const sync = declareSync({ ...facts, name, itemsObjective: 50, errorTypes: ['rate_limited'] });
    expect(readMetric(jobMetrics.jobInterval, job())).toBe(21_600);
    expect(readMetric(metrics.syncSourcesConfigured, job())).toBe(2);
    expect(readMetric(metrics.syncItemsObjective, job())).toBe(50);
    for (const source of sync.sources) {
      expect(readMetric(metrics.syncItems, of(source))).toBe(0);
      expect(readMetric(metrics.syncTimeouts, of(source))).toBe(0);
      expect(readMetric(metrics.syncWriteErrors, of(source))).toBe(0);
      expect(readMetric(metrics.syncErrors, { ...of(source), error_type: 'rate_limited' })).toBe(0);
      expect(readMetric(metrics.syncRequestDuration, of(source))).toMatchObject({ count: 0 });
      expect(readMetric(metrics.syncSourceSeen, of(source))).toBe(START_MS / 1000);
    }
    for (const change of ['added', 'retired'] as const)
      expect(readMetric(metrics.syncSourceChanges, { ...job(), change })).toBe(0);
  });

  test('lists everything that is wrong with it, the part of the job too', () => {
    const wrong = {
      name: '',
      schedule: '61 * * * *',
      sources: ['a', 'a', ''],
      itemsObjective: -1,
      sourceTimeoutSeconds: '5',
      sourceLastSuccess: new Date(),
    };
    expect(() => declareSync(wrong as never)).toThrowError(
      expect.objectContaining({
        problems: [
          'name must be a non-empty string',
          expect.stringContaining('"61 * * * *" is no cron expression'),
          'every source must be a non-empty string',
          'a source is listed twice',
          'itemsObjective must be a number above 0',
          'sourceTimeoutSeconds must be a number above 0',
          'sourceLastSuccess must be a function from a source to a Date',
        ],
      }),
    );
    expect(() => declareSync({ name, intervalSeconds: 1, sources: [] })).toThrow(/at least one source/);
  });

  test('says what holds now: enabled, the next run and the sources', () => {
    const sync = declare();
    sync.disable();
    expect(sync.enabled).toBe(false);
    expect(sync.nextRun).toBeUndefined();
    sync.enable();
    expect(sync.nextRun).toEqual(new Date(START_MS + 21_600_000));
  });
});

describe('sources', () => {
  test('one that is found later is born at zero and counted as new, once', () => {
    const sync = declare();
    clock.advance(3_600);
    for (let time = 0; time < 2; time++) expect(sync.addSource('groq')).toBe('groq');
    expect(sync.sources).toEqual(['openrouter', 'featherless', 'groq']);
    expect(readMetric(metrics.syncSourcesConfigured, job())).toBe(3);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'added' })).toBe(1);
    expect(readMetric(metrics.syncSourceSeen, of('groq'))).toBe(START_MS / 1000 + 3_600);
    expect(readMetric(metrics.syncItems, of('groq'))).toBe(0);
  });

  test('one that is retired leaves no series behind, and is counted', async () => {
    const sync = declare();
    await syncRun(sync, (run) => void run.synced('featherless', 3))(manual);
    sync.retireSource('featherless');
    for (const metric of Object.values(metrics)) {
      const left = metric.series.cells.filter((cell) => cell.values.includes('featherless'));
      const says = metric === metrics.syncSourceRetired ? 1 : 0;
      expect(left.filter((cell) => cell.values.includes(name))).toHaveLength(says);
    }
    expect(readMetric(metrics.syncSourcesConfigured, job())).toBe(1);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'retired' })).toBe(1);
  });

  test('one that is retired stays so, whatever is recorded of it, until it is added again', async () => {
    const sync = declare();
    clock.advance(60);
    sync.retireSource('featherless');
    clock.advance(60);
    sync.retireSource('featherless');
    await syncRun(sync, async (run) => {
      run.synced('featherless', 3);
      await run.source('featherless', async ({ request }) => {
        await request(() => Promise.reject(new Error('gone')));
        return { items: 0 };
      });
      run.synced('openrouter', 1);
    })(manual);
    expect(readMetric(metrics.syncSourceRetired, of('featherless'))).toBe(START_MS / 1000 + 60);
    expect(readMetric(metrics.syncItems, of('featherless'))).toBeUndefined();
    expect(readMetric(metrics.syncRequestDuration, of('featherless'))).toBeUndefined();
    expect(sync.sources).toEqual(['openrouter']);
    sync.addSource('featherless');
    expect(readMetric(metrics.syncSourceRetired, of('featherless'))).toBeUndefined();
    expect(readMetric(metrics.syncItems, of('featherless'))).toBe(0);
  });

  test('one of a former version of the code can be retired, and is not counted', () => {
    declare().retireSource('was here');
    expect(readMetric(metrics.syncSourceRetired, of('was here'))).toBe(START_MS / 1000);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'retired' })).toBe(0);
  });

  test('a declaration that is made again adds what is new and retires what is gone', () => {
    const first: Sync<string> = declare();
    declareSync({ ...facts, name, sources: ['openrouter', 'groq'], errorTypes: ['rate_limited'] });
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'rate_limited' })).toBe(0);
    expect(first.sources).toEqual(['openrouter', 'groq']);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'added' })).toBe(1);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'retired' })).toBe(1);
  });

  test('the last success is taken up from before the start, for one that is added later too', async () => {
    const known: { [source: string]: Date } = {
      openrouter: new Date(START_MS - 60_000),
      groq: new Date(START_MS - 7_000),
    };
    const sync = declareSync({
      ...facts,
      name,
      sources: ['openrouter', 'featherless', 'cohere'],
      sourceLastSuccess: async (source) => {
        if (source === 'cohere') throw new Error('database is down');
        return known[source];
      },
    });
    sync.addSource('groq');
    const last = (source: string) => readMetric(metrics.syncSourceLastSuccess, of(source));
    await vi.waitFor(() => expect(last('groq')).toBe(START_MS / 1000 - 7));
    expect(last('openrouter')).toBe(START_MS / 1000 - 60);
    expect(last('featherless')).toBeUndefined();
    expect(last('cohere')).toBeUndefined();
  });

  test('a success of this process stands over an older one that is read late', async () => {
    let answer: (time: Date) => void = () => {};
    const sync = declareSync({
      ...facts,
      name,
      sourceLastSuccess: (source) =>
        source === 'openrouter' ? new Promise((resolve) => (answer = resolve)) : undefined,
    });
    await syncRun(sync, (run) => void run.synced('openrouter', 1))(manual);
    answer(new Date(START_MS - 60_000));
    await Promise.resolve();
    await Promise.resolve();
    expect(readMetric(metrics.syncSourceLastSuccess, of('openrouter'))).toBe(START_MS / 1000);
  });
});

test('A14: an option that neither a sync nor its job has is refused, with the nearest that is', () => {
  const options = { name: 'unknown option of a sync', intervalSeconds: 60, sources: ['a'] };
  for (const [unknown, meant] of [
    ['timeZone', 'timezone'],
    ['itemObjective', 'itemsObjective'],
    ['sourceTimeoutSecond', 'sourceTimeoutSeconds'],
  ] as const) {
    expect(() => declareSync({ ...options, [unknown]: 5 } as never)).toThrow(
      `"${unknown}" is no option; did you mean ${meant}?`,
    );
  }
});
