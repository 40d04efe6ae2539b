import { asError, type WarnOnce } from '../base/index.ts';
import { DATA_POINT, type OtelHistogramValue, type OtelMetric, type OtelPoint, SCOPE } from '../otel/data.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { SdkFamily } from './sdk-families.ts';
import { attributeLabels, labelsOfScope } from './sdk-labels.ts';
import { formatValue } from './text.ts';

/** How many series are written between two looks at the clock. */
const SERIES_PER_LOOK = 32;
const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** How SDK series are written. */
export interface SdkSeriesOptions {
  readonly scopeLabels: boolean;
  /** The labels of the series that the family has already. A series with the same labels is left out. */
  readonly written: Set<string>;
  readonly warn: WarnOnce;
}

/** Writes the SDK's series of a family after `head`; nothing, not even `head`, when it has none. */
export function* writeSdkSeries(
  writer: ChunkWriter,
  { head, parts }: SdkFamily,
  above: string,
  options: SdkSeriesOptions,
): Generator<undefined, void> {
  let pending = above;
  let sinceLook = 0;
  for (const { scope, metric } of parts) {
    const scopeLabels = options.scopeLabels ? labelsOfScope(scope) : NO_LABELS;
    for (const point of metric.dataPoints) {
      if (++sinceLook % SERIES_PER_LOOK === 0) yield;
      try {
        const labels = attributeLabels(point.attributes, head.kind === 'histogram', scopeLabels);
        if (options.written.has(labels)) {
          if (scope.name !== SCOPE.name)
            options.warn(
              `twice ${head.name}`,
              `The metric ${head.name} has series with the same labels; the first is exposed.`,
            );
          continue;
        }
        const text = pointText(head.name, labels, metric, point);
        if (text === '') continue;
        options.written.add(labels);
        writer.append(pending + text);
        pending = '';
      } catch (error) {
        options.warn(
          `unreadable ${head.name}`,
          `A series of ${head.name} could not be read: ${asError(error).message}`,
        );
      }
    }
  }
}

function pointText(name: string, labels: string, metric: OtelMetric, { value }: OtelPoint<unknown>): string {
  if (metric.dataPointType === DATA_POINT.HISTOGRAM)
    return histogramText(name, labels, value as OtelHistogramValue);
  // A counter that is not a number can't be added to any more; OpenMetrics forbids it.
  if (metric.dataPointType === DATA_POINT.SUM && metric.isMonotonic && !((value as number) >= 0)) return '';
  return `${name}${braced(labels)} ${formatValue(value as number)}\n`;
}

function histogramText(name: string, labels: string, { buckets, sum, count }: OtelHistogramValue): string {
  const separator = labels === '' ? '' : ',';
  let text = '';
  let cumulative = 0;
  for (const [i, bound] of buckets.boundaries.entries()) {
    cumulative += buckets.counts[i] ?? 0;
    text += `${name}_bucket{${labels}${separator}le="${formatValue(bound)}"} ${cumulative}\n`;
  }
  text += `${name}_bucket{${labels}${separator}le="+Inf"} ${count}\n`;
  // The sum of a histogram that takes negative values can fall, so it is no counter and has no place here.
  const sumGrows = sum !== undefined && sum >= 0 && !(buckets.boundaries[0]! < 0);
  if (sumGrows) text += `${name}_sum${braced(labels)} ${formatValue(sum)}\n`;
  return `${text}${name}_count${braced(labels)} ${count}\n`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
