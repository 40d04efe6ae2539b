import type { MetricDescriptor } from '../catalog/index.ts';
import { FRAME, type Frame, frame } from './frames.ts';

/** A series that is new: its number, that of its metric, its label values in the order of the metric's labels, and the bounds of a histogram's buckets. */
export type NewSeries = readonly [
  id: number,
  metric: number,
  values: readonly string[],
  bounds?: readonly number[],
];

/**
 * What has changed in a store since the last time. Numbers are what was counted since the birth of the incarnation that sends them, never steps: told twice, they say the same.
 */
export interface Changes {
  readonly metrics: readonly (readonly [id: number, descriptor: MetricDescriptor])[];
  readonly series: readonly NewSeries[];
  /** Series that were removed. */
  readonly removed: readonly number[];
  /**
   * One after the other: the number of a series and its value; of a histogram, how many of its buckets have changed, which they are with the count of each, and the sum.
   */
  readonly numbers: ArrayLike<number>;
}

/** Changes as a frame, by their place in what the incarnation has sent. */
export function changesFrame(seq: number, { metrics, series, removed, numbers }: Changes): Buffer {
  const isNews = metrics.length + series.length + removed.length > 0;
  const news = Buffer.from(isNews ? JSON.stringify([metrics, series, removed]) : '');
  const head = Buffer.alloc(8);
  head.writeUInt32LE(seq);
  head.writeUInt32LE(news.length, 4);
  const values = Float64Array.from(numbers);
  return frame(FRAME.changes, head, news, new Uint8Array(values.buffer));
}

/** What {@link changesFrame} has written; its numbers hold until another is read. Throws for what it can't have; what is within is checked by who applies it. */
export function changesOf({ body }: Frame): { readonly seq: number; readonly changes: Changes } {
  const seq = body.readUInt32LE();
  const begin = 8 + body.readUInt32LE(4);
  if (begin > body.length || (body.length - begin) % 8 !== 0) throw new Error('a frame is cut short');
  const news: unknown = begin === 8 ? [[], [], []] : JSON.parse(body.toString('utf8', 8, begin));
  if (!Array.isArray(news) || news.length !== 3 || !news.every(Array.isArray))
    throw new Error('a frame has no news where they should be');
  const [metrics = [], series = [], removed = []] = news as never[][];
  return { seq, changes: { metrics, series, removed, numbers: doublesOf(body.subarray(begin)) } };
}

let room = new ArrayBuffer(64 * 1024);

/** The doubles that these bytes are, until it is called again: in a room of its own, as doubles must lie at multiples of eight, and always the same one, as what is read is taken up at once. */
function doublesOf(bytes: Uint8Array): Float64Array {
  if (bytes.length > room.byteLength) room = new ArrayBuffer(Math.max(bytes.length, room.byteLength * 2));
  new Uint8Array(room).set(bytes);
  return new Float64Array(room, 0, bytes.length / 8);
}
