import { beforeEach, expect, test } from 'vitest';
import { counter, gauge, histogram } from './declare.ts';
import { metricsWith } from './metrics-with.ts';
import { processStore } from './process-store.ts';

const metrics = {
  rows: counter('with_rows_total', { help: 'R.', labels: ['table', 'layer'] }),
  errors: counter('with_errors_total', { help: 'E.', labels: ['table', 'layer', 'error_type'] }),
  took: histogram('with_took_seconds', {
    help: 'T.',
    labels: { table: String, layer: String, status: ['ok', 'failed'] },
    buckets: [1],
  }),
  watermark: gauge('with_watermark', { help: 'W.', labels: ['table', 'layer'] }),
  cycles: counter('with_cycles_total', { help: 'C.', labels: ['layer'] }),
  all: counter('with_all_total', { help: 'A.' }),
  LIMIT: 7,
  nothing: null,
};
const trades = { table: 'trades', layer: 'bronze' };
const quotes = { table: 'quotes', layer: 'bronze' };

/** How many series each metric has. */
const counts = () =>
  Object.fromEntries(
    [...processStore().instruments()].map(({ descriptor, series }) => [descriptor.name, series.cells.length]),
  );

beforeEach(() => {
  for (const metric of [metrics.rows, metrics.errors, metrics.took, metrics.watermark, metrics.cycles])
    metric.removeAll({});
});

test('gives birth to what counts, and not to what is set or depends on an open label', () => {
  metricsWith(metrics, 'table', 'layer').initSeries(trades);
  expect(counts()).toMatchObject({
    with_rows_total: 1,
    with_took_seconds: 2,
    with_errors_total: 0,
    with_watermark: 0,
    with_cycles_total: 0,
  });
  metricsWith(metrics, 'layer').initSeries({ layer: 'bronze' });
  expect(counts()).toMatchObject({ with_rows_total: 1, with_cycles_total: 1 });
});

test('removes every series of the thing, whatever its further labels, and no other', () => {
  for (const labels of [trades, quotes]) {
    metricsWith(metrics, 'table', 'layer').initSeries(labels);
    metrics.errors.add(1, { ...labels, error_type: 'timeout' });
    metrics.watermark.set(1, labels);
  }
  metrics.cycles.init({ layer: 'bronze' });
  metricsWith(metrics, 'table', 'layer').removeSeries(trades);
  expect(counts()).toMatchObject({
    with_rows_total: 1,
    with_took_seconds: 2,
    with_errors_total: 1,
    with_watermark: 1,
    with_cycles_total: 1,
    with_all_total: 1,
  });
  expect(metrics.watermark.peek(quotes)).toBe(1);
});
