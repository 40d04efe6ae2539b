/** A process or thread that does what it is told by the lines on its standard input, or by messages of its parent, and says when it has. Nothing in it tells that it hands over. */
import { parentPort, threadId } from 'node:worker_threads';
import { counter, gauge, histogram } from '@sightglass/core';

const done = counter('work_done_total', { help: 'Work done.', labels: ['kind'] });
const depth = gauge('work_under_way', { help: 'Work under way.' });
const seconds = histogram('work_seconds', { help: 'How long it took.', buckets: [0.1, 1, 10] });

export interface Order {
  readonly done?: number;
  /** By which label the work is counted. Default `a`. */
  readonly kind?: string;
  readonly depth?: number;
  readonly seconds?: number;
  readonly exit?: boolean;
  /** From now on the depth is read at each collection, as this. */
  readonly read?: number;
  /** Keeps the process, or thread, from doing anything else for so long. */
  readonly heldMs?: number;
}

function obey({ done: amount, kind = 'a', depth: under, seconds: took, exit, read, heldMs }: Order): void {
  if (amount !== undefined) done.add(amount, { kind });
  if (under !== undefined) depth.set(under);
  if (took !== undefined) seconds.record(took);
  if (read !== undefined) depth.observe(() => read);
  if (heldMs !== undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, heldMs);
  if (exit === true) process.exit(0);
}

const answer = (message: unknown) => {
  if (parentPort !== null) parentPort.postMessage(message);
  else process.send?.(message);
};
const onMessage = (order: Order) => {
  obey(order);
  answer('obeyed');
};
if (parentPort !== null) parentPort.on('message', onMessage);
else process.on('message', onMessage);
answer(`ready ${threadId}`);
