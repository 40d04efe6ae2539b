import type { MetricDescriptor } from '../catalog/index.ts';
import type { AnyInstrument, Cell, HistogramCell } from '../store/index.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { formatValue, labelText } from './text.ts';

/** What the exposition keeps with a series, in `cell.rendered`: where the series' text was last written, and of which value. */
class Rendered {
  /** The part of the text that never changes, and how many bytes more than UTF-16 units it has. */
  readonly fixed: string;
  readonly extraBytes: number;
  chunk: Uint8Array | undefined = undefined;
  start = 0;
  bytes = 0;
  stamp = Number.NaN;

  constructor(fixed: string) {
    this.fixed = fixed;
    this.extraBytes = Buffer.byteLength(fixed) - fixed.length;
  }
}

/** How the series of one metric are written. */
interface SeriesText<C extends Cell> {
  /** How many times the fixed part occurs in the text. */
  readonly lines: number;
  /** A number that differs whenever the text does; NaN when the series is not to be written. */
  stamp(cell: C): number;
  fixed(cell: C): string;
  text(cell: C, fixed: string): string;
}

/** How many series are written between two looks at the clock. */
const SERIES_PER_LOOK = 32;

/**
 * Writes the series of an instrument, straight from its cells, after `head`; nothing, not even `head`, when none is set.
 * A series whose value is the one last written is copied from the bytes of that exposition, whichever format it was in:
 * both formats write series alike.
 */
export function* writeStoreSeries(
  writer: ChunkWriter,
  instrument: AnyInstrument,
  head: string,
): Generator<undefined, boolean> {
  const { descriptor } = instrument;
  const text = descriptor.kind === 'histogram' ? histogramText(descriptor) : simpleText(descriptor);
  // A copy, because series may be removed while the writer rests.
  const cells = instrument.series.cells.slice();
  let next = cells.findIndex((cell) => !Number.isNaN(text.stamp(cell)));
  if (next === -1) return false;
  writer.append(head);
  while (next < cells.length) {
    const end = Math.min(next + SERIES_PER_LOOK, cells.length);
    for (; next < end; next++) writeSeries(writer, text, cells[next]!);
    yield;
  }
  return true;
}

function writeSeries(writer: ChunkWriter, text: SeriesText<Cell>, cell: Cell): void {
  const stamp = text.stamp(cell);
  if (Number.isNaN(stamp)) {
    cell.rendered = undefined;
    return;
  }
  cell.rendered ??= new Rendered(text.fixed(cell));
  const rendered = cell.rendered as Rendered;
  if (rendered.stamp === stamp) {
    rendered.start = writer.copy(rendered.chunk!, rendered.start, rendered.bytes);
  } else {
    const written = text.text(cell, rendered.fixed);
    rendered.bytes = written.length + rendered.extraBytes * text.lines;
    rendered.start = writer.text(written, rendered.bytes);
    rendered.stamp = stamp;
  }
  rendered.chunk = writer.chunk;
}

function simpleText({ name, labels }: MetricDescriptor): SeriesText<Cell> {
  return {
    lines: 1,
    stamp: (cell) => (cell as Exclude<Cell, HistogramCell>).value,
    fixed: (cell) => (labels.length === 0 ? `${name} ` : `${name}{${labelsText(labels, cell.values)}} `),
    text: (cell, fixed) => `${fixed}${formatValue((cell as Exclude<Cell, HistogramCell>).value)}\n`,
  };
}

function histogramText({ name, labels, buckets = [] }: MetricDescriptor): SeriesText<Cell> {
  const [separator, open, close] = labels.length === 0 ? ['', '', ' '] : [',', '{', '} '];
  const bucket = `${name}_bucket{`;
  const bounds = [...buckets.map(String), '+Inf'].map((bound) => `${separator}le="${bound}"} `);
  return {
    lines: bounds.length + 2,
    stamp: (cell) => (cell as HistogramCell).count,
    fixed: (cell) => labelsText(labels, cell.values),
    text: (any, fixed) => {
      const cell = any as HistogramCell;
      let text = '';
      let cumulative = 0;
      for (let i = 0; i < bounds.length; i++) {
        cumulative += cell.counts[i]!;
        text += `${bucket}${fixed}${bounds[i]!}${cumulative}\n`;
      }
      text += `${name}_sum${open}${fixed}${close}${formatValue(cell.sum)}\n`;
      text += `${name}_count${open}${fixed}${close}${cumulative}\n`;
      return text;
    },
  };
}

function labelsText(labels: MetricDescriptor['labels'], values: readonly string[]): string {
  return labels.map(({ name }, i) => labelText(name, values[i]!)).join(',');
}
