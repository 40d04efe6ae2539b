import { expect, test } from 'vitest';
import type { MetricDescriptor } from '../catalog/index.ts';
import { metricName } from '../exposition/sdk-names.ts';
import { processStore } from '../store/index.ts';
import './index.ts';
import * as metrics from './metrics.ts';

const all = Object.values(metrics) as MetricDescriptor[];
const KINDS = { counter: 'counter', gauge: 'gauge', info: 'gauge', histogram: 'histogram' } as const;
/** Units of ratios, which our catalog leaves out and the conventions call `1`. */
const unitOf = ({ name, unit }: MetricDescriptor) => (name.endsWith('_ratio') ? '1' : (unit ?? ''));

test('importing the package switches nothing on', () => {
  const declared = [...processStore().instruments()].map(({ descriptor }) => descriptor.name);
  expect(declared.filter((name) => all.some((metric) => metric.name === name))).toEqual([]);
});

test.each(all.filter(({ convention }) => convention !== undefined))(
  "$name is what $convention of OpenTelemetry's instrumentations becomes in the text",
  (metric) => expect(metricName(metric.convention!, unitOf(metric), KINDS[metric.kind])).toBe(metric.name),
);
