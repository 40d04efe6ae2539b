import type { AnyInstrument, Cell } from '../store/index.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { ExpositionFormat } from './negotiate.ts';
import { type SeriesText, seriesText } from './series-text.ts';

/** How many series are written between two looks at the clock. */
const SERIES_PER_LOOK = 32;
const NOWHERE = new Uint8Array();

/**
 * The series of one instrument, written again and again. It remembers where the last exposition has each series' text and of which value,
 * so that a series whose value is still the same is copied from there.
 * What it remembers lies in arrays, in the order of the series: a scrape reads it from one end to the other, which is what memory is fast at.
 */
export class StoreSeries {
  readonly #instrument: AnyInstrument;
  readonly #text: SeriesText<Cell>;
  #revision = -1;
  #cells: Cell[] = [];
  /** The part of each series' text that never changes; empty until it is first written. */
  #fixed: string[] = [];
  /** How many bytes more than UTF-16 units the fixed part has. */
  #extraBytes: number[] = [];
  /** What the text says, as {@link SeriesText.stamp}; NaN when it says nothing. */
  #stamps: number[] = [];
  #chunks: Uint8Array[] = [];
  #starts: number[] = [];
  #lengths: number[] = [];

  constructor(instrument: AnyInstrument, format: ExpositionFormat) {
    this.#instrument = instrument;
    this.#text = seriesText(instrument.descriptor, format);
  }

  /** Writes the series that have a value after the head; nothing, not even that, when none has. Returns whether it wrote. */
  *write(writer: ChunkWriter, head: () => string): Generator<undefined, boolean> {
    const { cells, revision } = this.#instrument.series;
    if (this.#revision !== revision) this.#forget(revision);
    // A copy, because series may come and go while the writer rests.
    if (this.#cells.length !== cells.length) this.#cells = cells.slice();
    const count = this.#cells.length;
    if (this.#cells.every((cell) => Number.isNaN(this.#text.stamp(cell)))) return false;
    writer.append(head());
    for (let next = 0; next < count; ) {
      const end = Math.min(next + SERIES_PER_LOOK, count);
      for (; next < end; next++) this.#writeOne(writer, next);
      yield;
    }
    return true;
  }

  /** Starts anew: series were removed or reset since the last exposition. */
  #forget(revision: number): void {
    this.#revision = revision;
    this.#cells = [];
    this.#fixed = [];
    this.#extraBytes = [];
    this.#stamps = [];
    this.#chunks = [];
    this.#starts = [];
    this.#lengths = [];
  }

  #writeOne(writer: ChunkWriter, i: number): void {
    const stamp = this.#text.stamp(this.#cells[i]!);
    if (i === this.#stamps.length) this.#takeUp();
    if (stamp === this.#stamps[i]) {
      this.#starts[i] = writer.copy(this.#chunks[i]!, this.#starts[i]!, this.#lengths[i]!);
      this.#chunks[i] = writer.chunk;
      return;
    }
    this.#stamps[i] = stamp;
    if (Number.isNaN(stamp)) this.#chunks[i] = NOWHERE;
    else this.#writeAnew(writer, i);
  }

  /** Makes room for one more series, of which nothing is written yet. */
  #takeUp(): void {
    this.#fixed.push('');
    this.#extraBytes.push(0);
    this.#stamps.push(Number.NaN);
    this.#chunks.push(NOWHERE);
    this.#starts.push(0);
    this.#lengths.push(0);
  }

  #writeAnew(writer: ChunkWriter, i: number): void {
    const cell = this.#cells[i]!;
    if (this.#fixed[i] === '') {
      const fixed = this.#text.fixed(cell);
      this.#fixed[i] = fixed;
      this.#extraBytes[i] = Buffer.byteLength(fixed) - fixed.length;
    }
    const text = this.#text.text(cell, this.#fixed[i]!);
    const bytes = text.length + this.#extraBytes[i]! * this.#text.lines(cell);
    this.#lengths[i] = bytes;
    this.#starts[i] = writer.text(text, bytes);
    this.#chunks[i] = writer.chunk;
  }
}
