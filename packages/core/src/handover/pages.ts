import type { MetricDescriptor } from '../catalog/index.ts';

/** A page of numbers holds so many; of what is longer, one page is as long. */
const PAGE_NUMBERS = 4_096;
const LOG_BYTES = 64 * 1024;
/** A page of the log begins with how many bytes of it are written. */
export const LOG_HEAD_BYTES = 8;

/** A new page: of numbers, or of the log. They are told in the order in which they are taken into use. */
export type NewPage = { readonly numbers: SharedArrayBuffer } | { readonly log: SharedArrayBuffer };

/**
 * A line of the log, as JSON: a metric, with its number; a series that was born, with its number, that of its metric, its label values, where its numbers lie (which page, the first,
 * and how many), and the bounds of a histogram's buckets; or a series that was removed.
 */
export type LogLine =
  | readonly ['metric', id: number, descriptor: MetricDescriptor]
  | readonly [
      'born',
      id: number,
      metric: number,
      values: readonly string[],
      page: number,
      at: number,
      length: number,
      bounds?: readonly number[],
    ]
  | readonly ['gone', id: number];

/** A cell of a store whose numbers lie in a page. */
export interface PagedCell {
  readonly values: readonly string[];
  readonly numbers: Float64Array;
  readonly bounds?: { readonly upper: readonly number[] };
}

/**
 * The numbers of one thread's store, in memory that another thread reads: whatever happens to this one, they stay. This thread alone writes, and a record is as it is anywhere, without a
 * message or an atomic operation. Numbers lie at multiples of eight bytes, so that a processor of 64 bits writes each at once. What they mean is written into a log, which tells of each
 * series when it is born.
 */
export class Pages {
  readonly #tell: (page: NewPage) => void;
  readonly #metrics = new Map<string, number>();
  readonly #born = new WeakMap<object, number>();
  #numbers = new SharedArrayBuffer(0);
  /** How many pages of numbers there are. */
  #pages = 0;
  #used = 0;
  #log: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #head: Int32Array<ArrayBufferLike> = new Int32Array(2);
  #series = 0;

  /** `tell` says of a page, at once, that there is one. */
  constructor(tell: (page: NewPage) => void) {
    this.#tell = tell;
  }

  /** A place for so many numbers, which are 0. */
  take(length: number): Float64Array {
    if ((this.#used + length) * 8 > this.#numbers.byteLength) {
      this.#numbers = new SharedArrayBuffer(Math.max(PAGE_NUMBERS, length) * 8);
      this.#pages++;
      this.#used = 0;
      this.#tell({ numbers: this.#numbers });
    }
    const place = new Float64Array(this.#numbers, this.#used * 8, length);
    this.#used += length;
    return place;
  }

  /** Tells of a series that is born; its place was the last that was taken. */
  born(descriptor: MetricDescriptor, cell: PagedCell): void {
    const { numbers, values, bounds } = cell;
    let metric = this.#metrics.get(descriptor.name);
    if (metric === undefined) {
      metric = this.#metrics.size;
      this.#metrics.set(descriptor.name, metric);
      this.#write(['metric', metric, descriptor]);
    }
    const id = this.#series++;
    this.#born.set(cell, id);
    const at = numbers.byteOffset / 8;
    const page = this.#pages - 1;
    const line = ['born', id, metric, values, page, at, numbers.length] as const;
    this.#write(bounds === undefined ? line : [...line, bounds.upper]);
  }

  /** Tells of a series that was removed. */
  gone(cell: object): void {
    const id = this.#born.get(cell);
    if (id !== undefined) this.#write(['gone', id]);
  }

  #write(line: LogLine): void {
    const text = `${JSON.stringify(line)}\n`;
    const bytes = Buffer.byteLength(text);
    const [written = 0] = this.#head;
    let at = LOG_HEAD_BYTES + written;
    if (at + bytes > this.#log.length) {
      const page = new SharedArrayBuffer(Math.max(LOG_BYTES, LOG_HEAD_BYTES + bytes));
      this.#log = Buffer.from(page);
      this.#head = new Int32Array(page, 0, 2);
      at = LOG_HEAD_BYTES;
      this.#tell({ log: page });
    }
    this.#log.write(text, at);
    // A line is there when all of it is.
    Atomics.store(this.#head, 0, at - LOG_HEAD_BYTES + bytes);
  }
}
