import type { AnyInstrument, Cell } from '../store/index.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { type SeriesText, seriesText } from './series-text.ts';

/** How many series are written between two looks at the clock. */
const SERIES_PER_LOOK = 32;
const NOWHERE = new Uint8Array();

/**
 * The series of one instrument, written again and again. It remembers where the last exposition has each series' text and of which value,
 * so that a series whose value is still the same is copied from there, whichever format that was: both write series alike.
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

  constructor(instrument: AnyInstrument) {
    this.#instrument = instrument;
    this.#text = seriesText(instrument.descriptor);
  }

  /** Writes the series that have a value after `head`; nothing, not even `head`, when none has. Returns whether it wrote. */
  *write(writer: ChunkWriter, head: string): Generator<undefined, boolean> {
    this.#catchUp();
    const count = this.#cells.length;
    let next = this.#cells.findIndex((cell) => !Number.isNaN(this.#text.stamp(cell)));
    if (next === -1) return false;
    writer.append(head);
    while (next < count) {
      const end = Math.min(next + SERIES_PER_LOOK, count);
      for (; next < end; next++) this.#writeOne(writer, next);
      yield;
    }
    return true;
  }

  /** Takes up the series that came since the last exposition; starts anew where one was removed or reset. */
  #catchUp(): void {
    const { cells, revision } = this.#instrument.series;
    if (this.#revision !== revision) {
      this.#revision = revision;
      this.#cells = [];
      this.#fixed = [];
      this.#extraBytes = [];
      this.#stamps = [];
      this.#chunks = [];
      this.#starts = [];
      this.#lengths = [];
    }
    for (let i = this.#cells.length; i < cells.length; i++) {
      this.#cells.push(cells[i]!);
      this.#fixed.push('');
      this.#extraBytes.push(0);
      this.#stamps.push(Number.NaN);
      this.#chunks.push(NOWHERE);
      this.#starts.push(0);
      this.#lengths.push(0);
    }
  }

  #writeOne(writer: ChunkWriter, i: number): void {
    const stamp = this.#text.stamp(this.#cells[i]!);
    if (stamp === this.#stamps[i]) {
      this.#starts[i] = writer.copy(this.#chunks[i]!, this.#starts[i]!, this.#lengths[i]!);
      this.#chunks[i] = writer.chunk;
      return;
    }
    this.#stamps[i] = stamp;
    if (Number.isNaN(stamp)) this.#chunks[i] = NOWHERE;
    else this.#writeAnew(writer, i);
  }

  #writeAnew(writer: ChunkWriter, i: number): void {
    const cell = this.#cells[i]!;
    if (this.#fixed[i] === '') {
      const fixed = this.#text.fixed(cell);
      this.#fixed[i] = fixed;
      this.#extraBytes[i] = Buffer.byteLength(fixed) - fixed.length;
    }
    const text = this.#text.text(cell, this.#fixed[i]!);
    const bytes = text.length + this.#extraBytes[i]! * this.#text.lines;
    this.#lengths[i] = bytes;
    this.#starts[i] = writer.text(text, bytes);
    this.#chunks[i] = writer.chunk;
  }
}
