import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads';
import { quietly, UnderWay } from '../base/index.ts';
import type { MetricDescriptor } from '../catalog/index.ts';
import type { ReadCell, ReadInstrument, ReadStore } from './differences.ts';
import { type Beginning, CONTROL, STATE } from './paged-hand-over.ts';
import { LOG_HEAD_BYTES, type LogLine, type NewPage } from './pages.ts';

/** A cell whose numbers another thread writes. */
class PagedNumber {
  readonly values: readonly string[];
  readonly #numbers: Float64Array;

  constructor(values: readonly string[], numbers: Float64Array) {
    this.values = values;
    this.#numbers = numbers;
  }

  get value(): number {
    return this.#numbers[0]!;
  }
}

/** The same of a histogram: the counts of its buckets, and then the sum. */
class PagedHistogram {
  readonly values: readonly string[];
  readonly bounds: { readonly upper: readonly number[] };
  readonly counts: Float64Array;
  readonly #numbers: Float64Array;

  constructor(values: readonly string[], numbers: Float64Array, upper: readonly number[]) {
    this.values = values;
    this.bounds = { upper };
    this.#numbers = numbers;
    this.counts = numbers.subarray(0, -1);
  }

  get sum(): number {
    return this.#numbers[this.counts.length]!;
  }
}

/** A metric of a thread. */
class PagedInstrument implements ReadInstrument {
  readonly descriptor: MetricDescriptor;
  readonly series: { cells: ReadCell[]; revision: number } = { cells: [], revision: 0 };

  constructor(descriptor: MetricDescriptor) {
    this.descriptor = descriptor;
  }

  remove(cell: ReadCell): void {
    // A new list: whoever knows the old one has a whole one.
    this.series.cells = this.series.cells.filter((one) => one !== cell);
    this.series.revision++;
  }
}

/** The store of another thread, by its pages. It can be read whatever that thread does, and after its end. */
export class ThreadStore implements ReadStore {
  readonly #control: Int32Array;
  readonly #channel: BroadcastChannel;
  readonly #instruments: PagedInstrument[] = [];
  readonly #series = new Map<number, { readonly cell: ReadCell; readonly instrument: PagedInstrument }>();
  /** The page of numbers that is filled now. Of those before it, each cell has its own part. */
  #page = new SharedArrayBuffer(0);
  #pages = 0;
  readonly #coming: SharedArrayBuffer[] = [];
  readonly #logs: Buffer[] = [];
  /** How far the first of them is read. */
  #readTo = LOG_HEAD_BYTES;
  #asked = 0;
  readonly #waiting = new Map<number, () => void>();
  #beat = -1;
  #hasEnded = false;

  /** Undefined where the thread has gone over to hand over by itself. */
  static of(beginning: Beginning): ThreadStore | undefined {
    const control = new Int32Array(beginning.control);
    const was = Atomics.compareExchange(control, CONTROL.state, STATE.open, STATE.read);
    return was === STATE.open ? new ThreadStore(beginning, control) : undefined;
  }

  private constructor({ channel, pages }: Beginning, control: Int32Array) {
    this.#control = control;
    this.#channel = new BroadcastChannel(channel);
    this.#channel.onmessage = (event) => quietly(() => this.#hear((event as { data: unknown }).data));
    this.#channel.unref();
    for (const page of pages) this.#take(page);
  }

  /** Whether it wishes that nothing of it is told. */
  get isAbandoned(): boolean {
    return Atomics.load(this.#control, CONTROL.state) === STATE.abandoned;
  }

  /** Whether it has been at work since this was last asked. */
  hasLived(): boolean {
    const beat = Atomics.load(this.#control, CONTROL.beat);
    const hasLived = beat !== this.#beat;
    this.#beat = beat;
    return hasLived;
  }

  instruments(): Iterable<ReadInstrument> {
    this.#drain();
    this.#readLog();
    return this.#instruments;
  }

  /**
   * Has the thread read what is read at a collection, where there is something, or `mustAnswer`. Resolves with whether it was asked and has answered; rejects when it has not within
   * the limit.
   */
  async collect(limitMs = 1_000, mustAnswer = false): Promise<boolean> {
    if (!mustAnswer && Atomics.load(this.#control, CONTROL.isAsked) === 0) return false;
    const ask = ++this.#asked;
    const answered = new Promise<void>((resolve) => this.#waiting.set(ask, resolve));
    this.#channel.postMessage({ ask, limitMs });
    try {
      await new UnderWay(answered).within(limitMs);
      return true;
    } finally {
      this.#waiting.delete(ask);
    }
  }

  /** The thread has ended. It can still be read. */
  end(): void {
    this.#drain();
    this.#hasEnded = true;
    this.#channel.close();
    for (const resolve of this.#waiting.values()) resolve();
  }

  /** What has come and nobody has told yet. */
  #drain(): void {
    while (!this.#hasEnded) {
      const received = receiveMessageOnPort(this.#channel as never) as { message: unknown } | undefined;
      if (received === undefined) return;
      this.#hear(received.message);
    }
  }

  #hear(message: unknown): void {
    const { answer } = message as { readonly answer?: number };
    if (answer !== undefined) this.#waiting.get(answer)?.();
    else this.#take(message as NewPage);
  }

  #take(page: NewPage): void {
    if ('numbers' in page) this.#coming.push(page.numbers);
    else this.#logs.push(Buffer.from(page.log));
  }

  #readLog(): void {
    for (;;) {
      const log = this.#logs[0];
      if (log === undefined) return;
      const written = Atomics.load(new Int32Array(log.buffer, log.byteOffset, 2), 0);
      const end = LOG_HEAD_BYTES + written;
      const text = log.toString('utf8', this.#readTo, end);
      this.#readTo = end;
      for (const line of text.split('\n')) if (line !== '') this.#onLine(JSON.parse(line));
      // It is full where there is another after it.
      if (this.#logs.length === 1) return;
      if (Atomics.load(new Int32Array(log.buffer, log.byteOffset, 2), 0) !== written) continue;
      this.#logs.shift();
      this.#readTo = LOG_HEAD_BYTES;
    }
  }

  #onLine(line: LogLine): void {
    if (line[0] === 'metric') this.#instruments[line[1]] = new PagedInstrument(line[2]);
    else if (line[0] === 'gone') {
      const series = this.#series.get(line[1]);
      this.#series.delete(line[1]);
      series?.instrument.remove(series.cell);
    } else {
      const [, id, metric, values, page, at, length, bounds] = line;
      const numbers = new Float64Array(this.#pageOf(page), at * 8, length);
      const cell =
        bounds === undefined ? new PagedNumber(values, numbers) : new PagedHistogram(values, numbers, bounds);
      const instrument = this.#instruments[metric]!;
      instrument.series.cells.push(cell);
      this.#series.set(id, { cell, instrument });
    }
  }

  /** Series are told of in the order of their pages. */
  #pageOf(page: number): SharedArrayBuffer {
    while (this.#pages <= page) {
      // It was told of before the line that names it.
      if (this.#coming.length === 0) this.#drain();
      this.#page = this.#coming.shift()!;
      this.#pages++;
    }
    return this.#page;
  }
}
