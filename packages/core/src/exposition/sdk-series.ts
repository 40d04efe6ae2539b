import { asError, type WarnOnce } from '../base/index.ts';
import { DATA_POINT, type OtelHistogramValue, type OtelMetric, type OtelPoint, SCOPE } from '../otel/data.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { ExpositionFormat } from './negotiate.ts';
import type { SdkFamily } from './sdk-families.ts';
import { attributeLabels, type Labels, labelsOfScope, sortedLabels } from './sdk-labels.ts';
import { formatBound, formatValue } from './text.ts';

/** How many series are written between two looks at the clock. */
const SERIES_PER_LOOK = 32;
const NO_LABELS: Labels = new Map();

/** How SDK series are written. */
export interface SdkSeriesOptions {
  readonly format: ExpositionFormat;
  readonly scopeLabels: boolean;
  /** Whether the store's metric of that name has a series with these labels, which then stands alone. */
  readonly isWritten: (labels: Labels) => boolean;
  readonly warn: WarnOnce;
}

/** A series of the SDK, checked: what is in it can be written. */
type Value = number | OtelHistogramValue;

/**
 * Writes the SDK's series of a family after `head`; nothing, not even `head`, when it has none. What can't be read is left out. Attribute sets of one metric that
 * become the same labels are added up; of series of several scopes, and of gauges, the first is written.
 */
export function* writeSdkSeries(
  writer: ChunkWriter,
  { head, parts }: SdkFamily,
  above: string,
  options: SdkSeriesOptions,
): Generator<undefined, void> {
  const { warn, format } = options;
  const leftOut = (error: unknown) =>
    warn(
      `unreadable ${head.name}`,
      `What is in ${head.name} can't be read and is left out: ${asError(error).message}`,
    );
  const written = new Set<string>();
  let pending = above;
  for (const { scope, metric } of parts) {
    const scopeLabels = options.scopeLabels ? labelsOfScope(scope) : NO_LABELS;
    const twice = () => {
      if (scope.name === SCOPE.name) return;
      warn(
        `twice ${head.name}`,
        `The metric ${head.name} has series with the same labels; the first is exposed.`,
      );
    };
    const series = new Map<string, Value>();
    let sinceLook = 0;
    try {
      for (const point of metric.dataPoints) {
        if (++sinceLook % SERIES_PER_LOOK === 0) yield;
        try {
          const value = checkedValue(metric, point);
          const labels = attributeLabels(point.attributes, head.kind === 'histogram', scopeLabels);
          const text = sortedLabels(labels);
          const same = series.get(text);
          const both = same === undefined ? value : sumOf(metric, same, value);
          if (both === undefined || written.has(text) || options.isWritten(labels)) twice();
          else series.set(text, both);
        } catch (error) {
          leftOut(error);
        }
      }
    } catch (error) {
      leftOut(error);
    }
    for (const [labels, value] of series) {
      if (++sinceLook % SERIES_PER_LOOK === 0) yield;
      written.add(labels);
      writer.append(pending + valueText(head.name, labels, value, format));
      pending = '';
    }
  }
}

/** What a point holds, when text can say it: throws when not. */
function checkedValue(metric: OtelMetric, { value }: OtelPoint<unknown>): Value {
  if (metric.dataPointType === DATA_POINT.HISTOGRAM) return checkedHistogram(value as OtelHistogramValue);
  if (typeof value !== 'number') throw new Error('a value is not a number');
  // A counter that is not a number can't be added to any more; OpenMetrics forbids it.
  if (metric.dataPointType === DATA_POINT.SUM && metric.isMonotonic && !(value >= 0))
    throw new Error(`a counter is ${value}`);
  return value;
}

/** The buckets decide how many observations there were, since each reader adds them up. */
function checkedHistogram({
  buckets: { boundaries, counts },
  sum,
  count,
}: OtelHistogramValue): OtelHistogramValue {
  const isBound = (bound: unknown) => typeof bound === 'number' && !Number.isNaN(bound);
  if (boundaries.some((bound, i) => !isBound(bound) || (i > 0 && bound < boundaries[i - 1]!)))
    throw new Error('the bounds of its buckets do not ascend');
  const all = counts.length > 0 ? counts : [...boundaries.map(() => 0), count];
  if (all.length !== boundaries.length + 1 || !all.every((one) => one >= 0 && one < Infinity))
    throw new Error('the counts of its buckets are not counts');
  return {
    buckets: { boundaries, counts: all },
    count: all.reduce((total, one) => total + one, 0),
    ...(typeof sum === 'number' && !Number.isNaN(sum) ? { sum } : {}),
  };
}

/** Two series that have become one; undefined when they can't be added. */
function sumOf(metric: OtelMetric, one: Value, other: Value): Value | undefined {
  if (typeof one === 'number' || typeof other === 'number')
    return metric.dataPointType === DATA_POINT.SUM ? (one as number) + (other as number) : undefined;
  const { boundaries, counts } = one.buckets;
  if (boundaries.join() !== other.buckets.boundaries.join()) return undefined;
  return {
    buckets: { boundaries, counts: counts.map((count, i) => count + other.buckets.counts[i]!) },
    count: one.count + other.count,
    ...(one.sum === undefined || other.sum === undefined ? {} : { sum: one.sum + other.sum }),
  };
}

function valueText(name: string, labels: string, value: Value, format: ExpositionFormat): string {
  return typeof value === 'number'
    ? `${name}${braced(labels)} ${formatValue(value)}\n`
    : histogramText(name, labels, value, format);
}

function histogramText(
  name: string,
  labels: string,
  { buckets: { boundaries, counts }, sum, count }: OtelHistogramValue,
  format: ExpositionFormat,
): string {
  const separator = labels === '' ? '' : ',';
  let text = '';
  let cumulative = 0;
  for (const [i, bound] of boundaries.entries()) {
    cumulative += counts[i]!;
    // Of equal bounds the last has them all; +Inf is written below, and nothing is under the other.
    if (bound === boundaries[i + 1] || !Number.isFinite(bound)) continue;
    text += `${name}_bucket{${labels}${separator}le="${formatBound(bound, format)}"} ${cumulative}\n`;
  }
  text += `${name}_bucket{${labels}${separator}le="+Inf"} ${count}\n`;
  // OpenMetrics has sum and count together or neither, and no sum that can fall. Text always has both: what is not known is not a number.
  if (format === 'openmetrics' && !(sum !== undefined && sum >= 0 && !(boundaries[0]! < 0))) return text;
  return `${text}${name}_sum${braced(labels)} ${formatValue(sum ?? Number.NaN)}\n${name}_count${braced(labels)} ${count}\n`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
