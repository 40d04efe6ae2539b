import type { MetricDescriptor } from '../catalog/index.ts';
import type { Cell, CounterCell, GaugeCell, HistogramCell } from '../store/index.ts';
import { formatValue, labelText } from './text.ts';

/** How the series of one metric are written. */
export interface SeriesText<C extends Cell> {
  /** How many times the fixed part occurs in the text. */
  readonly lines: number;
  /** A number that differs whenever the text does; NaN when there is nothing to write. */
  stamp(cell: C): number;
  /** The part of the text that never changes. */
  fixed(cell: C): string;
  text(cell: C, fixed: string): string;
}

/** The text of a metric's series, the same in both formats. */
export function seriesText(descriptor: MetricDescriptor): SeriesText<Cell> {
  return (
    descriptor.kind === 'histogram' ? new HistogramText(descriptor) : new SimpleText(descriptor)
  ) as SeriesText<Cell>;
}

/** A counter, gauge or info: one line, of which all but the value is fixed. */
class SimpleText implements SeriesText<CounterCell | GaugeCell> {
  readonly lines = 1;
  readonly #descriptor: MetricDescriptor;

  constructor(descriptor: MetricDescriptor) {
    this.#descriptor = descriptor;
  }

  stamp(cell: CounterCell | GaugeCell): number {
    return cell.value;
  }

  fixed(cell: CounterCell | GaugeCell): string {
    const { name, labels } = this.#descriptor;
    return labels.length === 0 ? `${name} ` : `${name}{${labelsText(labels, cell.values)}} `;
  }

  text(cell: CounterCell | GaugeCell, fixed: string): string {
    return `${fixed}${formatValue(cell.value)}\n`;
  }
}

/** A histogram: its labels are fixed, and occur in each line between parts that all its series share. */
class HistogramText implements SeriesText<HistogramCell> {
  readonly lines: number;
  readonly #labels: MetricDescriptor['labels'];
  readonly #bucket: string;
  readonly #bounds: readonly string[];
  readonly #sum: string;
  readonly #count: string;
  readonly #close: string;

  constructor({ name, labels, buckets = [] }: MetricDescriptor) {
    const [separator, open, close] = labels.length === 0 ? ['', '', ' '] : [',', '{', '} '];
    this.#labels = labels;
    this.#bucket = `${name}_bucket{`;
    this.#bounds = [...buckets.map(String), '+Inf'].map((bound) => `${separator}le="${bound}"} `);
    this.#sum = `${name}_sum${open}`;
    this.#count = `${name}_count${open}`;
    this.#close = close;
    this.lines = this.#bounds.length + 2;
  }

  stamp(cell: HistogramCell): number {
    return cell.count;
  }

  fixed(cell: HistogramCell): string {
    return labelsText(this.#labels, cell.values);
  }

  text(cell: HistogramCell, fixed: string): string {
    const bounds = this.#bounds;
    let text = '';
    let cumulative = 0;
    for (let i = 0; i < bounds.length; i++) {
      cumulative += cell.counts[i]!;
      text += `${this.#bucket}${fixed}${bounds[i]!}${cumulative}\n`;
    }
    const close = this.#close;
    return `${text}${this.#sum}${fixed}${close}${formatValue(cell.sum)}\n${this.#count}${fixed}${close}${cumulative}\n`;
  }
}

/**
 * The labels that have a value: to Prometheus an empty one is the same as none, and bytes. Where all are empty one stays, so that the braces,
 * which all series of a metric share, do not begin with a comma.
 */
function labelsText(labels: MetricDescriptor['labels'], values: readonly string[]): string {
  const texts = labels.flatMap(({ name }, i) => (values[i] === '' ? [] : [labelText(name, values[i]!)]));
  return texts.length === 0 && labels.length > 0 ? labelText(labels[0]!.name, '') : texts.join(',');
}
