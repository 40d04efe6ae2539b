import type { MetricDescriptor } from '../catalog/index.ts';
import type { Bounds, Cell, CounterCell, GaugeCell, HistogramCell } from '../store/index.ts';
import type { ExpositionFormat } from './negotiate.ts';
import { formatBound, formatValue, labelText } from './text.ts';

/** How the series of one metric are written. */
export interface SeriesText<C extends Cell> {
  /** How many times the fixed part occurs in the text of the cell. */
  lines(cell: C): number;
  /** A number that differs whenever the text does; NaN when there is nothing to write. */
  stamp(cell: C): number;
  /** The part of the text that never changes. */
  fixed(cell: C): string;
  text(cell: C, fixed: string): string;
}

/** Whether the text of a metric's series is the same in both formats. */
export function isAlikeInBoth({ kind }: MetricDescriptor): boolean {
  return kind !== 'histogram';
}

/** The text of a metric's series. */
export function seriesText(descriptor: MetricDescriptor, format: ExpositionFormat): SeriesText<Cell> {
  return (
    descriptor.kind === 'histogram' ? new HistogramText(descriptor, format) : new SimpleText(descriptor)
  ) as SeriesText<Cell>;
}

/** A counter, gauge or info: one line, of which all but the value is fixed. */
class SimpleText implements SeriesText<CounterCell | GaugeCell> {
  readonly #descriptor: MetricDescriptor;

  constructor(descriptor: MetricDescriptor) {
    this.#descriptor = descriptor;
  }

  lines(): number {
    return 1;
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

/**
 * A histogram: its labels are fixed, and occur in each line between parts that all its series share. A line's head is joined to the end of
 * the line before, because what a text costs is the number of its parts.
 */
class HistogramText implements SeriesText<HistogramCell> {
  readonly #format: ExpositionFormat;
  readonly #labels: MetricDescriptor['labels'];
  readonly #first: string;
  readonly #next: string;
  readonly #separator: string;
  /** What stands for each bound, by the bounds that a series has. */
  readonly #bounds = new WeakMap<Bounds, readonly string[]>();
  readonly #infinity: string;
  readonly #sum: string;
  readonly #count: string;
  readonly #close: string;

  constructor({ name, labels }: MetricDescriptor, format: ExpositionFormat) {
    this.#format = format;
    const [separator, open, close] = labels.length === 0 ? ['', '', ' '] : [',', '{', '} '];
    this.#labels = labels;
    this.#first = `${name}_bucket{`;
    this.#next = `\n${name}_bucket{`;
    this.#separator = separator;
    this.#infinity = `${separator}le="+Inf"} `;
    this.#sum = `\n${name}_sum${open}`;
    this.#count = `\n${name}_count${open}`;
    this.#close = close;
  }

  lines({ bounds }: HistogramCell): number {
    return bounds.upper.length + (this.#hasSum(bounds) ? 3 : 1);
  }

  stamp(cell: HistogramCell): number {
    return cell.count;
  }

  fixed(cell: HistogramCell): string {
    return labelsText(this.#labels, cell.values);
  }

  text({ bounds, counts, sum }: HistogramCell, fixed: string): string {
    let written = this.#bounds.get(bounds);
    if (written === undefined) {
      written = bounds.upper.map((bound) => `${this.#separator}le="${formatBound(bound, this.#format)}"} `);
      this.#bounds.set(bounds, written);
    }
    const close = this.#close;
    let text = this.#first;
    let cumulative = 0;
    for (let i = 0; i < written.length; i++) {
      cumulative += counts[i]!;
      text += `${fixed}${written[i]!}${cumulative}${this.#next}`;
    }
    const count = cumulative + counts[written.length]!;
    if (!this.#hasSum(bounds)) return `${text}${fixed}${this.#infinity}${count}\n`;
    return `${text}${fixed}${this.#infinity}${count}${this.#sum}${fixed}${close}${formatValue(sum)}${this.#count}${fixed}${close}${count}\n`;
  }

  /** A sum that can fall is no counter: OpenMetrics has none beside a bound below zero, and then no count. */
  #hasSum(bounds: Bounds): boolean {
    return this.#format === 'text' || !(bounds.upper[0]! < 0);
  }
}

function labelsText(labels: MetricDescriptor['labels'], values: readonly string[]): string {
  const texts = labels.flatMap(({ name }, i) => (values[i] === '' ? [] : [labelText(name, values[i]!)]));
  return texts.length === 0 && labels.length > 0 ? labelText(labels[0]!.name, '') : texts.join(',');
}
