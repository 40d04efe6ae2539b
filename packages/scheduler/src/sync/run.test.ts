import { setLogger } from '@sightglass/core';
import { fakeClock, readMetric, resetMetrics } from '@sightglass/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instrumentFor } from '../job/instrument.ts';
import * as jobMetrics from '../job/metrics.ts';
import { AllSourcesFailed, declareSync, syncRun, syncWork } from './index.ts';
import * as metrics from './metrics.ts';
import type { SourceResult, SourceRun } from './source-run.ts';

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

describe('a source whose work hands the job back to its queue', () => {
  const later = new Error('later');
  const handsBack = (error: unknown) => error === later;

  test.for([
    ['itself', () => Promise.reject(later)],
    ['in a request', (source) => source.request(() => Promise.reject(later)) as never],
    ['while it writes', (source) => source.write(() => Promise.reject(later)) as never],
  ] as [string, (source: SourceRun) => Promise<SourceResult>][])(
    'has not failed, and the queue gets what was thrown: %s',
    async ([, work]) => {
      const sync = declare();
      metrics.syncItemsLastRun.set(7, job());
      let reached = false;
      const run = instrumentFor(
        { handsBack },
        sync,
        syncWork(sync, async (run) => {
          await run.source('openrouter', work);
          reached = true;
        }),
      );
      await expect(run(manual)).rejects.toBe(later);
      expect(reached).toBe(false);
      expect(readMetric(jobMetrics.jobRuns, { ...job(), trigger: 'manual', status: 'handed_back' })).toBe(1);
      for (const error_type of ['process_error', 'timeout'])
        expect(readMetric(metrics.syncErrors, { ...of('openrouter'), error_type })).toBe(0);
      expect(readMetric(metrics.syncWriteErrors, of('openrouter'))).toBe(0);
      expect(readMetric(metrics.syncSourceLastError, of('openrouter'))).toBeUndefined();
      // The items are those of the last run that was one.
      expect(readMetric(metrics.syncItemsLastRun, job())).toBe(7);
    },
  );

  test('fails by the same error where no queue is behind it', async () => {
    await syncRun(declare(), async (run) => {
      expect(await run.source('openrouter', () => Promise.reject(later))).toBe(false);
      await run.source('featherless', () => ({ items: 1 }));
    })(manual);
    expect(runs('partial')).toBe(1);
  });
});
