import { DeclarationError, setLogger } from '@sightglass/core';
import { fakeClock, readMetric, resetMetrics } from '@sightglass/core/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostile, make, type Recipe } from '../../../../test/fuzz/hostile.ts';
import * as jobMetrics from '../job/metrics.ts';
import { declareSync, recordSyncRun, type SyncRunReport, syncRun } from './index.ts';
import * as metrics from './metrics.ts';

const START_MS = Date.UTC(2026, 0, 1);
let clock: ReturnType<typeof fakeClock>;
let count = 0;
let name: string;
const job = () => ({ job_name: name });
const of = (source: string) => ({ job_name: name, source });

beforeEach(() => {
  resetMetrics();
  clock = fakeClock(START_MS);
  name = `by-hand-${count++}`;
});
afterEach(() => {
  setLogger(undefined);
  clock.restore();
});

const record = (report: Partial<SyncRunReport> = {}) =>
  recordSyncRun({ name, durationSeconds: 41, sources: [{ source: 'openrouter', items: 300 }], ...report });

describe('a run that is recorded by hand', () => {
  test('gives the metrics that a wrapped one gives, without a declaration', () => {
    record({
      trigger: 'manual',
      sources: [
        { source: 'openrouter', items: 300, requestSeconds: [0.2, 0.3] },
        { source: 'featherless', items: 7, errorType: 'timeout', requestSeconds: [10], writeErrors: 2 },
      ],
    });
    expect(readMetric(jobMetrics.jobRuns, { ...job(), trigger: 'manual', status: 'partial' })).toBe(1);
    expect(readMetric(jobMetrics.jobRunDuration, { ...job(), status: 'partial' })).toMatchObject({ sum: 41 });
    expect(readMetric(jobMetrics.jobLastRun, job())).toBe(START_MS / 1000);
    expect(readMetric(jobMetrics.jobLastSuccess, job())).toBeUndefined();
    expect(readMetric(metrics.syncItems, of('openrouter'))).toBe(300);
    expect(readMetric(metrics.syncItems, of('featherless'))).toBe(7);
    expect(readMetric(metrics.syncItemsLastRun, job())).toBe(307);
    expect(readMetric(metrics.syncRequestDuration, of('openrouter'))).toMatchObject({ count: 2, sum: 0.5 });
    expect(readMetric(metrics.syncErrors, { ...of('featherless'), error_type: 'timeout' })).toBe(1);
    expect(readMetric(metrics.syncTimeouts, of('featherless'))).toBe(1);
    expect(readMetric(metrics.syncWriteErrors, of('featherless'))).toBe(2);
    expect(readMetric(metrics.syncSourceLastSuccess, of('featherless'))).toBeUndefined();
    expect(readMetric(metrics.syncSourceSeen, of('featherless'))).toBe(START_MS / 1000);
  });

  test.each([
    [[{ source: 'a', items: 1 }], 'success'],
    [[], 'success'],
    [[{ source: 'a' }, { source: 'b', errorType: 'outage' }], 'partial'],
    [[{ source: 'b', errorType: 'outage' }], 'failed'],
  ] as const)('of %o is %s', (sources, status) => {
    record({ sources });
    expect(readMetric(jobMetrics.jobRuns, { ...job(), trigger: 'scheduled', status })).toBe(1);
  });

  test('that failed says by what, and counts on; a success ends the row', () => {
    for (let run = 0; run < 2; run++) record({ sources: [{ source: 'a', errorType: 'outage' }] });
    record({ status: 'timeout', sources: [] });
    expect(readMetric(jobMetrics.jobErrors, { ...job(), error_type: 'outage' })).toBe(2);
    expect(readMetric(jobMetrics.jobErrors, { ...job(), error_type: 'timeout' })).toBe(1);
    expect(readMetric(jobMetrics.jobConsecutiveFailures, job())).toBe(3);
    record();
    expect(readMetric(jobMetrics.jobConsecutiveFailures, job())).toBe(0);
    expect(readMetric(jobMetrics.jobLastSuccess, job())).toBe(START_MS / 1000);
  });

  test('a source that its declaration does not have is a new one', () => {
    const sync = declareSync({ name, intervalSeconds: 60, sources: ['openrouter'] });
    record({ sources: [{ source: 'groq', items: 1 }] });
    expect(sync.sources).toEqual(['openrouter', 'groq']);
    expect(readMetric(metrics.syncSourceChanges, { ...job(), change: 'added' })).toBe(1);
  });

  test('writes one line, with the cause when it failed', () => {
    const lines: unknown[][] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    setLogger({ debug: write, info: write, warn: write, error: write });
    const cause = new Error('refused');
    record();
    record({ sources: [{ source: 'a', errorType: 'outage' }], cause });
    const fields = { ...job(), trigger: 'scheduled', duration_seconds: 41 };
    expect(lines).toEqual([
      [{ ...fields, status: 'success', items: 300 }, 'job: success'],
      [{ ...fields, status: 'failed', items: 0, error_type: 'outage', err: cause }, 'job: failed'],
    ]);
  });
});

describe('whatever it is given', () => {
  /** A host's object with any of these properties spoilt. */
  const spoilt = (...names: string[]) => fc.record(Object.fromEntries(names.map((one) => [one, hostile])));
  const made = (recipes: { readonly [name: string]: Recipe }) =>
    Object.fromEntries(Object.entries(recipes).map(([property, recipe]) => [property, make(recipe)]));

  test('a run by hand never throws', () => {
    const sources = fc.array(spoilt('source', 'items', 'errorType', 'requestSeconds', 'writeErrors'));
    const report = spoilt('name', 'trigger', 'status', 'durationSeconds', 'sources', 'cause');
    fc.assert(
      fc.property(hostile, report, sources, (all, some, bySource) => {
        recordSyncRun(make(all) as never);
        recordSyncRun(made(some) as never);
        recordSyncRun({ name: 'fuzz', durationSeconds: 1, sources: bySource.map(made) as never });
      }),
      { numRuns: 150 },
    );
  });

  test('a declaration throws a DeclarationError and nothing else', () => {
    const refusedOrNot = (declare: () => unknown) => {
      try {
        declare();
      } catch (error) {
        expect(error).toBeInstanceOf(DeclarationError);
      }
    };
    const options = spoilt('name', 'sources', 'itemsObjective', 'sourceTimeoutSeconds', 'sourceLastSuccess');
    fc.assert(
      fc.property(hostile, options, hostile, (all, some, hook) => {
        refusedOrNot(() => declareSync(make(all) as never));
        refusedOrNot(() => declareSync({ intervalSeconds: 60, ...made(some) } as never));
        const sound = { name: 'fuzz-hook', intervalSeconds: 60, sources: ['a'] } as const;
        refusedOrNot(() => declareSync({ ...sound, sourceLastSuccess: make(hook) as never }));
        refusedOrNot(() => syncRun(make(all) as never, () => {}));
      }),
      { numRuns: 200 },
    );
  });

  test('a run and its sources never throw of their own', async () => {
    const sync = declareSync({ name: 'fuzz-run', intervalSeconds: 60, sources: ['a'] });
    const soon = <T>(work: Promise<T>) =>
      Promise.race([work, new Promise((resolve) => setImmediate(resolve))]);
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, other) => {
        const [source, value] = [make(one) as 'a', make(other) as never];
        sync.addSource(source);
        sync.retireSource(source);
        await syncRun(sync, async (run) => {
          run.synced('a', 1);
          run.synced(source, value);
          await run.source('a', () => ({ items: value }));
          await soon(run.source('a', () => value));
          await soon(run.source(source, value));
          run.synced('a', 1);
        })({ trigger: 'manual' });
      }),
      { numRuns: 300 },
    );
  });
});
