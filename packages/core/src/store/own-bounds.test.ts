import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { beforeEach, describe, expect, test } from 'vitest';
import { VERSION } from '../base/index.ts';
import { describe as describeMetric } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import { attach } from '../otel/bridge.ts';
import { producerOf } from '../otel/producer.ts';
import { Bounds, histogramCell } from './cells.ts';
import type { Histogram } from './histogram.ts';
import { Store } from './store.ts';

interface Labels {
  readonly name: string;
  readonly status: 'ok' | 'failed';
  readonly [label: string]: string;
}

let store: Store;
let histogram: Histogram<Labels>;
beforeEach(() => {
  store = new Store();
  histogram = store.histogram<Labels>(
    describeMetric('histogram', 'took_seconds', {
      help: 'Took.',
      labels: { name: String, status: ['ok', 'failed'] },
      buckets: [1, 10],
    }) as Histogram<Labels>['descriptor'],
  );
});

/** Cumulative counts by series and upper bound. */
type Buckets = Record<string, Record<string, number>>;

async function inText(): Promise<Buckets> {
  const { chunks } = await createExposition({ store }).render();
  const found: Buckets = {};
  for (const line of Buffer.concat(chunks).toString().split('\n')) {
    const [, job, status, le, count] =
      /^took_seconds_bucket\{name="(\w+)",status="(\w+)",le="(.+)"\} (\d+)$/.exec(line) ?? [];
    if (job === undefined) continue;
    const key = `${job} ${status}`;
    found[key] = { ...found[key], [le!]: Number(count) };
  }
  return found;
}

interface Point {
  readonly attributes: object;
  readonly value: {
    readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  };
}

function ofPoints(points: readonly Point[]): Buckets {
  return Object.fromEntries(
    points.map(({ attributes, value: { buckets } }) => {
      let total = 0;
      const cumulative = buckets.counts.map((count, i) => {
        total += count;
        return [buckets.boundaries[i] ?? '+Inf', total];
      });
      return [Object.values(attributes).join(' '), Object.fromEntries(cumulative)];
    }),
  );
}

async function byProducer(): Promise<Buckets> {
  const { resourceMetrics } = await producerOf(store).collect();
  return ofPoints(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics[0]!.dataPoints as never));
}

class Reader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
  override selectAggregationTemporality = () => AggregationTemporality.CUMULATIVE;
}

describe('bounds of their own', () => {
  const expected: Buckets = {
    'backup ok': { '1': 0, '10': 1, '60': 2, '+Inf': 3 },
    'backup failed': { '1': 1, '10': 1, '60': 1, '+Inf': 1 },
    'mail ok': { '1': 0, '10': 1, '+Inf': 2 },
  };
  const record = () => {
    for (const value of [5, 45, 70]) histogram.record(value, { name: 'backup', status: 'ok' });
    histogram.record(1, { name: 'backup', status: 'failed' });
    for (const value of [5, 45]) histogram.record(value, { name: 'mail', status: 'ok' });
  };

  test('are those of the series with these labels, and of no other, in text and for the SDK', async () => {
    histogram.boundsFor({ name: 'backup' }, [1, 10, 60]);
    record();
    expect(await inText()).toEqual(expected);
    expect(await byProducer()).toEqual(expected);
  });

  test('are those of the series in the export of a meter provider too', async () => {
    const reader = new Reader();
    const detach = attach(store, new MeterProvider({ readers: [reader] }));
    histogram.boundsFor({ name: 'backup' }, [1, 10, 60]);
    histogram.boundsFor({ name: 'report' }, [1, 10, 60]);
    record();
    histogram.record(2, { name: 'report', status: 'ok' });
    const { scopeMetrics } = (await reader.collect()).resourceMetrics;
    const histograms = scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics
        .filter(({ descriptor }) => descriptor.name === 'took_seconds')
        .map(({ dataPoints }) => ({ scope, points: dataPoints as unknown as Point[] })),
    );
    expect(ofPoints(histograms.flatMap(({ points }) => points))).toEqual({
      ...expected,
      'report ok': { '1': 0, '10': 1, '60': 1, '+Inf': 1 },
    });
    // The SDK gives the scopes in the order in which their collection ends.
    expect(histograms.map(({ scope }) => [scope.name, scope.version]).sort()).toEqual([
      ['@sightglass', VERSION],
      ['@sightglass', expect.stringMatching(/^[0-9.]+\+buckets\.[0-9a-z]+$/)],
    ]);
    detach();
  });

  test('take the place of others: such series begin anew, and those that have them go on', async () => {
    const { series } = histogram;
    histogram.boundsFor({ name: 'backup' }, [1, 10, 60]);
    record();
    histogram.boundsFor({ name: 'backup' }, [1, 10, 60]);
    expect(series.peek({ name: 'backup', status: 'ok' })?.count).toBe(3);
    histogram.boundsFor({ name: 'backup', status: 'ok' }, [5]);
    expect(series.peek({ name: 'backup', status: 'ok' })).toBeUndefined();
    expect(series.peek({ name: 'backup', status: 'failed' })?.count).toBe(1);
    histogram.record(5, { name: 'backup', status: 'ok' });
    expect((await inText())['backup ok']).toEqual({ '5': 1, '+Inf': 1 });
    histogram.boundsFor({ name: 'backup', status: 'ok' }, [1, 10]);
    histogram.record(5, { name: 'backup', status: 'ok' });
    expect((await inText())['backup ok']).toEqual({ '1': 0, '10': 1, '+Inf': 1 });
  });

  test('that no metric could have are refused', () => {
    for (const wrong of [
      [],
      [2, 1],
      [1, 1],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      ['1'],
      0,
      undefined,
      null,
    ])
      expect(() => histogram.boundsFor({ name: 'backup' }, wrong as number[])).toThrow(
        /buckets of "took_sec/,
      );
  });

  test('are shared by all series that have the same', () => {
    for (let i = 0; i < 3; i++) histogram.boundsFor({ name: `job_${i}` }, [1, 10, 60]);
    for (let i = 0; i < 3; i++) histogram.record(5, { name: `job_${i}`, status: 'ok' });
    expect(new Set(histogram.series.cells.map(({ bounds }) => bounds)).size).toBe(1);
  });
});

test.each<[string, readonly number[]]>([
  ['far apart', [1e-300, 1, 1e300]],
  ['close together', [1, 1.001, 1.002, 1.003, 60, 60.1]],
  ['around zero', [-2, -1, 0, 5e-324, 1e-310]],
  ['negative', [-2, -1]],
  ['the greatest and the least', [5e-324, Number.MIN_VALUE * 3, Number.MAX_VALUE]],
  ['powers of two and beside them', [0.5, 1, 2 ** 10, 2 ** 10 + 1, 2 ** 40]],
])('bounds that are %s are found', (_, upper) => {
  const bounds = new Bounds(upper);
  const beside = upper.flatMap((bound) => [
    bound,
    bound * (1 + Number.EPSILON),
    bound * (1 - Number.EPSILON),
    bound * 20,
    bound / 20,
  ]);
  const values = [...beside, 0, 5e-324, 0.1, 1, 7, 1e9, Number.MAX_VALUE].filter((value) => value >= 0);
  for (const value of values.filter(Number.isFinite)) {
    const first = upper.findIndex((bound) => value <= bound);
    const cell = histogramCell(histogram.series.context, [], 0, bounds);
    cell.record(value);
    expect([value, cell.counts.indexOf(1)]).toEqual([value, first < 0 ? upper.length : first]);
    expect([cell.count, cell.sum]).toEqual([1, value]);
  }
});

test('what no histogram may hold is in no bucket, whatever the bounds', () => {
  for (const upper of [[1, 60], [1, 1.001], [Number.MAX_VALUE]]) {
    const cell = histogramCell(histogram.series.context, [], 0, new Bounds(upper));
    for (const value of [-1, -5e-324, Number.NaN, Infinity, -Infinity, '5', undefined, {}])
      cell.record(value as number);
    expect([cell.count, cell.sum]).toEqual([0, 0]);
    cell.record(-0);
    expect(cell.count).toBe(1);
  }
});
