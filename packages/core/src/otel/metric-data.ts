import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import type { MetricDescriptor } from '../catalog/index.ts';
import type { FamilySnapshot, SeriesSnapshot } from '../store/index.ts';
import { DATA_POINT, TEMPORALITY } from './data.ts';

/** One series as the SDK's `DataPoint`. */
export interface ProducedPoint<T> {
  startTime: HrTime;
  endTime: HrTime;
  attributes: Attributes;
  value: T;
}

interface ProducedBase {
  descriptor: { name: string; description: string; unit: string; valueType: ValueType };
  /** `AggregationTemporality.CUMULATIVE` */
  aggregationTemporality: 1;
}

interface ProducedSum extends ProducedBase {
  /** `DataPointType.SUM` */
  dataPointType: 3;
  isMonotonic: boolean;
  dataPoints: ProducedPoint<number>[];
}

interface ProducedGauge extends ProducedBase {
  /** `DataPointType.GAUGE` */
  dataPointType: 2;
  dataPoints: ProducedPoint<number>[];
}

interface ProducedHistogram extends ProducedBase {
  /** `DataPointType.HISTOGRAM` */
  dataPointType: 0;
  dataPoints: ProducedPoint<{
    buckets: { boundaries: number[]; counts: number[] };
    sum: number;
    count: number;
  }>[];
}

/** One metric as the SDK's `MetricData`: structural, and with mutable arrays because the SDK's types ask for them. */
export type ProducedMetric = ProducedSum | ProducedGauge | ProducedHistogram;

/** A metric's snapshot as cumulative metric data that ends at `endMs`. */
export function metricData({ descriptor, series }: FamilySnapshot, endMs: number): ProducedMetric {
  const { name, help, unit = '', kind } = descriptor;
  const base: ProducedBase = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: TEMPORALITY.CUMULATIVE,
  };
  const endTime = hrTime(endMs);
  const point = <T>({ values, startMs }: SeriesSnapshot, value: T): ProducedPoint<T> => ({
    // The wall clock may have been set back since; a series that starts after it ends is refused by receivers.
    startTime: hrTime(Math.min(startMs, endMs)),
    endTime,
    attributes: attributesOf(descriptor, values),
    value,
  });
  if (kind === 'histogram') {
    const dataPoints = series.flatMap((one) =>
      'counts' in one
        ? [
            point(one, {
              buckets: { boundaries: [...one.bounds], counts: [...one.counts] },
              sum: one.sum,
              count: one.count,
            }),
          ]
        : [],
    );
    return { ...base, dataPointType: DATA_POINT.HISTOGRAM, dataPoints };
  }
  const dataPoints = series.flatMap((one) => ('value' in one ? [point(one, one.value)] : []));
  return kind === 'counter'
    ? { ...base, dataPointType: DATA_POINT.SUM, isMonotonic: true, dataPoints }
    : { ...base, dataPointType: DATA_POINT.GAUGE, dataPoints };
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.floor((ms % 1000) * 1e6)];
}

/** Label values as OpenTelemetry attributes. An empty value is left out: to Prometheus it is the same as no label. */
export function attributesOf(descriptor: MetricDescriptor, values: readonly string[]): Attributes {
  const attributes: Attributes = {};
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== '') attributes[descriptor.labels[i]!.name] = values[i]!;
  }
  return attributes;
}
