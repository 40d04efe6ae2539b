import type { Attributes, HrTime } from '@opentelemetry/api';
import { VERSION } from '../base/index.ts';

/**
 * The OpenTelemetry SDK's metric data as far as this library reads and writes it. Structural, so that core needs the API package alone and
 * serves SDK 2.x and 3.x alike; a compatibility test holds it against both.
 */

/** The one instrumentation scope of all our packages. The version is the core package's. */
export const SCOPE = { name: '@sightglass', version: VERSION } as const;

/** `DataPointType` of the SDK. */
export const DATA_POINT = { HISTOGRAM: 0, EXPONENTIAL_HISTOGRAM: 1, GAUGE: 2, SUM: 3 } as const;

/** `AggregationTemporality` of the SDK. */
export const TEMPORALITY = { DELTA: 0, CUMULATIVE: 1 } as const;

export interface OtelPoint<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
}

export interface OtelHistogramValue {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly sum?: number;
  readonly count: number;
}

interface OtelMetricBase {
  readonly descriptor: { readonly name: string; readonly description: string; readonly unit: string };
  readonly aggregationTemporality: number;
}

export type OtelMetric =
  | (OtelMetricBase & {
      readonly dataPointType: typeof DATA_POINT.SUM;
      readonly isMonotonic: boolean;
      readonly dataPoints: readonly OtelPoint<number>[];
    })
  | (OtelMetricBase & {
      readonly dataPointType: typeof DATA_POINT.GAUGE;
      readonly dataPoints: readonly OtelPoint<number>[];
    })
  | (OtelMetricBase & {
      readonly dataPointType: typeof DATA_POINT.HISTOGRAM;
      readonly dataPoints: readonly OtelPoint<OtelHistogramValue>[];
    })
  | (OtelMetricBase & {
      readonly dataPointType: typeof DATA_POINT.EXPONENTIAL_HISTOGRAM;
      readonly dataPoints: readonly OtelPoint<unknown>[];
    });

export interface OtelScopeMetrics {
  readonly scope: { readonly name: string; readonly version?: string; readonly schemaUrl?: string };
  readonly metrics: readonly OtelMetric[];
}

export interface OtelResourceMetrics {
  readonly resource: { readonly attributes: Attributes };
  readonly scopeMetrics: readonly OtelScopeMetrics[];
}
