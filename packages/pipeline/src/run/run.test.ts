import { DeclarationError } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { declarePipeline, pipelineRun, recordRecords, retirePipeline } from './index.ts';
import * as metrics from './metrics.ts';
import { declaredPipelines } from './registry.ts';

describe('records processed', () => {
  const records = (layer: string, status: 'success' | 'failed' | 'skipped' = 'success') =>
    readMetric(metrics.pipelineRecords, { layer, status });

  test('are counted where they are written, each once, and born at zero with the layer', async () => {
    const pipeline = declarePipeline({ name: 'counts', layers: ['bronze'] });
    expect([records('bronze'), records('bronze', 'failed')]).toEqual([0, 0]);
    await pipelineRun(pipeline, (run) => {
      run.records({ layer: 'bronze', count: 3 });
      run.records({ layer: 'bronze', count: 1, status: 'failed' });
    });
    recordRecords({ layer: 'bronze', count: 2 });
    pipeline.records({ layer: 'bronze', count: 0 });
    expect([records('bronze'), records('bronze', 'failed')]).toEqual([5, 1]);
  });

  test('are not counted again by looking, and nothing spoils them', async () => {
    recordRecords({ layer: 'gold', count: 7 });
    await readExposition();
    await readExposition();
    for (const wrong of [
      undefined,
      null,
      {},
      { layer: 'gold', count: -1 },
      { layer: 'gold', count: Number.NaN },
    ])
      recordRecords(wrong as never);
    expect(records('gold')).toBe(7);
  });
});

describe('an execution of a pipeline', () => {
  test('is timed by what became of it, with the promised duration as a bound', async () => {
    const pipeline = declarePipeline({ name: 'timed', durationObjectiveSeconds: 42 });
    expect(await pipelineRun(pipeline, () => 'done')).toBe('done');
    const error = new Error('no');
    await expect(pipelineRun(pipeline, () => Promise.reject(error))).rejects.toBe(error);
    const duration = (status: 'success' | 'failed') =>
      readMetric(metrics.pipelineExecutionDuration, { pipeline_name: 'timed', status });
    expect([duration('success'), duration('failed')]).toMatchObject([{ count: 1 }, { count: 1 }]);
    expect(await readExposition()).toContain(
      'pipeline_execution_duration_seconds_bucket{pipeline_name="timed",status="success",le="42"} 1',
    );
    const labels = { pipeline_name: 'timed' };
    expect(readMetric(metrics.pipelineConsecutiveFailures, labels)).toBe(1);
    expect(readMetric(metrics.pipelineErrors, { ...labels, error_type: 'process_error' })).toBe(1);
    expect(readMetric(metrics.pipelineLastSuccess, labels)).toBeGreaterThan(0);
  });

  test('says how long the last took, and how many in a row have failed', async () => {
    const clock = { wallMs: () => ms, monotonicMs: () => ms };
    let ms = 1_767_225_600_000;
    processStore().setClock(clock);
    const pipeline = declarePipeline({ name: 'takes' });
    const labels = { pipeline_name: 'takes' };
    const taking = (seconds: number, error?: Error) => () => {
      ms += 1_000 * seconds;
      if (error !== undefined) throw error;
    };
    const { pipelineLastDuration, pipelineConsecutiveFailures, pipelineLastRun, pipelineLastSuccess } =
      metrics;
    const said = () =>
      [pipelineLastDuration, pipelineConsecutiveFailures, pipelineLastRun, pipelineLastSuccess].map(
        (metric) => readMetric(metric, labels),
      );
    const error = new Error('no');
    for (const seconds of [5, 7])
      await expect(pipelineRun(pipeline, taking(seconds, error))).rejects.toBe(error);
    expect(said()).toEqual([7, 2, ms / 1_000, undefined]);
    await pipelineRun(pipeline, taking(40));
    const succeeded = ms / 1_000;
    expect(said()).toEqual([40, 0, succeeded, succeeded]);
    await expect(pipelineRun(pipeline, taking(3, error))).rejects.toBe(error);
    expect(said()).toEqual([3, 1, ms / 1_000, succeeded]);
    const timed = (status: 'success' | 'failed') =>
      readMetric(metrics.pipelineExecutionDuration, { ...labels, status });
    expect([timed('success'), timed('failed')]).toMatchObject([
      { count: 1, sum: 40 },
      { count: 3, sum: 15 },
    ]);
    processStore().setClock({ wallMs: () => Date.now(), monotonicMs: () => performance.now() });
  });

  test('has its consumers read on each scrape', async () => {
    let consumers = 2;
    declarePipeline({ name: 'streams', activeConsumers: () => consumers });
    const line = async () =>
      (await readExposition()).split('\n').find((one) => one.startsWith('pipeline_active_consumers{'));
    expect(await line()).toBe('pipeline_active_consumers{pipeline_name="streams"} 2');
    consumers = 0;
    expect(await line()).toBe('pipeline_active_consumers{pipeline_name="streams"} 0');
  });

  test('of one that is retired records nothing, and its work is done', async () => {
    const pipeline = declarePipeline({ name: 'gone', owner: 'data', pages: false });
    const run = pipelineRun(pipeline, async () => {
      await Promise.resolve();
      pipeline.retire();
    });
    await run;
    expect(await pipelineRun(pipeline, () => 'done')).toBe('done');
    const lines = (await readExposition())
      .split('\n')
      .filter((line) => line.includes('pipeline_name="gone"'));
    expect(lines).toEqual(['pipeline_lifecycle_state{pipeline_name="gone",state="retired"} 1']);
    expect(pipeline.state).toBe('retired');
  });

  test('says since when the oldest that is under way has been, and how long the last took', async () => {
    const pipeline = declarePipeline({ name: 'side-by-side' });
    const labels = { pipeline_name: 'side-by-side' };
    const started = () => readMetric(metrics.pipelineStarted, labels);
    expect(started()).toBeUndefined();
    const ends: (() => void)[] = [];
    const held = () => new Promise<void>((resolve) => void ends.push(resolve));
    const fails = async () => {
      await held();
      throw new Error('no');
    };
    const runs = [pipelineRun(pipeline, fails), pipelineRun(pipeline, held)];
    const since = started();
    expect(since).toBeGreaterThan(0);
    // Declaring it again ends nothing that is under way.
    declarePipeline({ name: 'side-by-side' });
    ends[1]!();
    await runs[1];
    expect(started()).toBe(since);
    ends[0]!();
    await expect(runs[0]).rejects.toThrow('no');
    expect(started()).toBeUndefined();
    expect(readMetric(metrics.pipelineLastDuration, labels)).toBeGreaterThanOrEqual(0);
  });
});

test('a person disables a pipeline, enables it, and retires one that no code declares', () => {
  const pipeline = declarePipeline({ name: 'switched', freshnessObjectiveSeconds: 60 });
  const state = (pipeline_name: string) =>
    (['enabled', 'disabled', 'retired'] as const).filter(
      (one) => readMetric(metrics.pipelineLifecycle, { pipeline_name, state: one }) === 1,
    );
  expect([pipeline.state, state('switched')]).toEqual(['enabled', ['enabled']]);
  pipeline.disable();
  expect([pipeline.state, state('switched')]).toEqual(['disabled', ['disabled']]);
  pipeline.enable();
  expect(state('switched')).toEqual(['enabled']);
  retirePipeline('never-declared');
  retirePipeline('');
  retirePipeline('switched');
  pipeline.enable();
  expect([state('never-declared'), state('switched')]).toEqual([['retired'], ['retired']]);
  expect(readMetric(metrics.pipelineFreshnessObjective, { pipeline_name: 'switched' })).toBeUndefined();
  declarePipeline({ name: 'switched' });
  expect([pipeline.state, state('switched')]).toEqual(['enabled', ['enabled']]);
});

test('a declaration lists everything that is wrong with it', () => {
  const declare = () =>
    declarePipeline({
      name: '',
      layers: [''],
      durationObjectiveSeconds: 0,
      freshnessObjectiveSeconds: -1,
      pages: 1,
      layer: 'x',
    } as never);
  expect(declare).toThrow(DeclarationError);
  try {
    declare();
  } catch (error) {
    expect((error as DeclarationError).problems).toHaveLength(6);
  }
});

test('a start looks at none of the executions that are under way but the oldest', async () => {
  const pipeline = declarePipeline({ name: 'crowded' });
  const { underWay } = declaredPipelines().get('crowded')!;
  let looked = 0;
  Object.defineProperty(underWay, Symbol.iterator, {
    *value(this: Set<unknown>) {
      for (const each of this.values()) {
        looked++;
        yield each;
      }
    },
  });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const runs = Array.from({ length: 100 }, () => pipelineRun(pipeline, () => released));
  const started = readMetric(metrics.pipelineStarted, { pipeline_name: 'crowded' });
  release();
  await Promise.all(runs);
  expect(looked).toBeLessThanOrEqual(200);
  expect(started).toBeGreaterThan(0);
  expect(readMetric(metrics.pipelineStarted, { pipeline_name: 'crowded' })).toBeUndefined();
});
