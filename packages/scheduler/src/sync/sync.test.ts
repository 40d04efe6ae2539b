import { setLogger } from '@sightglass/core';
import { fakeClock, readMetric, resetMetrics } from '@sightglass/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as jobMetrics from '../job/metrics.ts';
import { AllSourcesFailed, declareSync, type Sync, syncRun } from './index.ts';
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
  name = `pricing-${count++}`;
});
afterEach(() => {
  setLogger(undefined);
  clock.restore();
});

const facts = { intervalSeconds: 21_600, sources: ['openrouter', 'featherless'] } as const;
const declare = () => declareSync({ ...facts, name });
const runs = (status: 'success' | 'partial' | 'failed' | 'timeout' | 'cancelled') =>
  readMetric(jobMetrics.jobRuns, { ...job(), trigger: 'manual', status });
const manual = { trigger: 'manual' } as const;
const refused = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));

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
      expect(left.filter((cell) => cell.values.includes(name))).toEqual([]);
    }
    expect(readMetric(metrics.syncSourcesConfigured, job())).toBe(1);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'retired' })).toBe(1);
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

describe('a run', () => {
  test('records items and successes, and is a success when no source failed', async () => {
    const run = syncRun(declare(), async (run, size: number) => {
      expect(await run.source('openrouter', () => ({ items: size }))).toBe(true);
      run.synced('featherless', 5);
      return 'done';
    });
    expect(await run(manual, 40)).toBe('done');
    expect(runs('success')).toBe(1);
    expect(readMetric(metrics.syncItems, of('openrouter'))).toBe(40);
    expect(readMetric(metrics.syncItems, of('featherless'))).toBe(5);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(45);
    expect(readMetric(metrics.syncSourceLastSuccess, of('featherless'))).toBe(START_MS / 1000);
  });

  test('is partial when some sources failed, and each failure is counted by kind', async () => {
    const sync = declareSync({ ...facts, name, classify: () => 'refused' });
    await syncRun(sync, async (run) => {
      expect(await run.source('openrouter', refused)).toBe(false);
      await run.source('featherless', () => ({ items: 2 }));
    })(manual);
    expect(runs('partial')).toBe(1);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'refused' })).toBe(1);
    expect(readMetric(metrics.syncSourceLastSuccess, of('openrouter'))).toBeUndefined();
    expect(readMetric(jobMetrics.jobConsecutiveFailures, job())).toBe(0);
  });

  test('fails when every source failed, with what they failed with and the kind they share', async () => {
    const sync = declareSync({ ...facts, name, classify: () => 'refused' });
    const run = syncRun(sync, async (run) => {
      for (const source of sync.sources) await run.source(source, refused);
    });
    const error = await run(manual).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(AllSourcesFailed);
    expect(error).toMatchObject({ errors: [{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }] });
    expect(runs('failed')).toBe(1);
    expect(readMetric(jobMetrics.jobErrors, { ...job(), error_type: 'refused' })).toBe(1);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(0);
  });

  test('that tries a source again goes by the last try', async () => {
    await syncRun(declare(), async (run) => {
      await run.source('openrouter', refused);
      await run.source('openrouter', () => ({ items: 1 }));
    })(manual);
    expect(runs('success')).toBe(1);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'process_error' })).toBe(1);
  });

  test('an error of its own ends it as failed, and what was synced counts', async () => {
    const run = syncRun(declare(), async (run) => {
      await run.source('openrouter', () => ({ items: 7 }));
      throw new Error('no');
    });
    await expect(run(manual)).rejects.toThrow('no');
    expect(runs('failed')).toBe(1);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(7);
  });

  test('that leaves its work to the holder of a lock says nothing of items', async () => {
    await syncRun(declare(), (run) => run.skippedLocked())(manual);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBeUndefined();
  });

  test('a source whose items are no number fails nothing and counts none', async () => {
    await syncRun(declare(), async (run) => {
      await run.source('openrouter', () => ({ items: Number.NaN }));
      await run.source('featherless', (() => undefined) as never);
    })(manual);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(0);
    expect(runs('success')).toBe(1);
  });

  test('writes one line for each source and one for itself, with the names of the labels', async () => {
    const lines: unknown[][] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const sync = declare();
    setLogger({ debug: write, info: write, warn: write, error: write });
    let run_id = '';
    const cause = new Error('no');
    await syncRun(sync, async (run) => {
      run_id = run.id;
      await run.source('openrouter', () => ({ items: 3 }));
      await run.source('featherless', () => Promise.reject(cause));
    })(manual);
    const common = { ...job(), run_id, duration_seconds: 0 };
    expect(lines).toEqual([
      [{ ...common, source: 'openrouter', status: 'success', items: 3 }, 'sync of a source: success'],
      [
        { ...common, source: 'featherless', status: 'failed', error_type: 'process_error', err: cause },
        'sync of a source: failed',
      ],
      [{ ...common, trigger: 'manual', status: 'partial' }, 'job: partial'],
    ]);
  });
});

describe('a request', () => {
  test('is timed whether it fails or not; a failure that the work survives is counted all the same', async () => {
    await syncRun(declare(), (run) =>
      run.source('openrouter', async ({ request }) => {
        await expect(
          request(() => {
            clock.advance(2);
            throw new Error('rate limited');
          }),
        ).rejects.toThrow('rate limited');
        const items = await request(() => {
          clock.advance(1);
          return 9;
        });
        return { items };
      }),
    )(manual);
    expect(readMetric(metrics.syncRequestDuration, of('openrouter'))).toMatchObject({ count: 2, sum: 3 });
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'process_error' })).toBe(1);
    expect(runs('success')).toBe(1);
  });

  test('a failure that ends its source counts once', async () => {
    await syncRun(declare(), async (run) => {
      await run.source('openrouter', async ({ request }) => {
        await request(() => Promise.reject(new DOMException('late', 'TimeoutError')));
        return { items: 0 };
      });
      run.synced('featherless', 1);
    })(manual);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'timeout' })).toBe(1);
    expect(readMetric(metrics.syncTimeouts, of('openrouter'))).toBe(1);
  });

  test('a write that fails counts as such, and not against the source', async () => {
    await syncRun(declare(), async (run) => {
      await run.source('openrouter', async ({ write }) => {
        await write(() => Promise.reject(new Error('disk full')));
        return { items: 1 };
      });
      run.synced('featherless', 1);
    })(manual);
    expect(readMetric(metrics.syncWriteErrors, of('openrouter'))).toBe(1);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'process_error' })).toBe(0);
    expect(runs('partial')).toBe(1);
  });
});

describe('time', () => {
  const hang = () => new Promise<never>(() => {});

  test('a source that outlives its limit is aborted, counts as one timeout, and does not end the run', async () => {
    const sync = declareSync({ ...facts, name, sourceTimeoutSeconds: 0.02 });
    let aborted = false;
    await syncRun(sync, async (run) => {
      await run.source('openrouter', ({ request, signal }) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return request(hang);
      });
      await run.source('featherless', () => ({ items: 1 }));
    })(manual);
    expect(aborted).toBe(true);
    expect(runs('partial')).toBe(1);
    expect(readMetric(metrics.syncTimeouts, of('openrouter'))).toBe(1);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'timeout' })).toBe(1);
    expect(readMetric(metrics.syncRequestDuration, of('openrouter'))).toMatchObject({ count: 1 });
  });

  test('a run that is out of time blames the source that it waited for, and tries no other', async () => {
    const sync = declareSync({ ...facts, name, timeoutSeconds: 0.02 });
    let tried: boolean | undefined;
    const run = syncRun(sync, async (run) => {
      run.synced('openrouter', 4);
      await run.source('openrouter', hang);
      tried = await run.source('featherless', () => ({ items: 1 }));
    });
    await expect(run(manual)).rejects.toMatchObject({ name: 'TimeoutError' });
    await vi.waitFor(() => expect(tried).toBe(false));
    expect(runs('timeout')).toBe(1);
    expect(readMetric(metrics.syncTimeouts, of('openrouter'))).toBe(1);
    expect(readMetric(metrics.syncTimeouts, of('featherless'))).toBe(0);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(4);
  });

  test('a run that is called off blames nobody', async () => {
    const calledOff = new AbortController();
    const run = syncRun(declare(), (run) => run.source('openrouter', ({ request }) => request(hang)));
    const ended = run({ ...manual, signal: calledOff.signal });
    calledOff.abort(new Error('shutting down'));
    await expect(ended).rejects.toThrow('shutting down');
    expect(runs('cancelled')).toBe(1);
    expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type: 'process_error' })).toBe(0);
  });
});
