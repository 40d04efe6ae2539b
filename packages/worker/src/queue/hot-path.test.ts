import { expect, test } from 'vitest';
import { declareQueue } from './declare.ts';

/** A number that V8 hands from one compiled piece to another takes 16 bytes, wherever it draws the line between them. Two of those are less than one of them and the least object. */
const LESS_THAN_AN_OBJECT = 40;
const CALLS = 1_000;
/** So often it is looked, until all is compiled; and a collection in between hides what was left before. */
const MOST_ROUNDS = 2_000;

/** How many bytes a call leaves on the heap. */
function bytesOf(call: (i: number) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS && least >= LESS_THAN_AN_OBJECT; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < CALLS; i++) call(i);
    const bytes = (process.memoryUsage().heapUsed - before) / CALLS;
    if (bytes >= 0) least = Math.min(least, bytes);
  }
  return least;
}

test('a bound observeBatch and recordEvent make no object, however often they are called', () => {
  const queue = declareQueue({ name: 'hot' });
  const batches = [
    { size: 100, durationSeconds: 0.4, failed: 2 },
    { size: 10, durationSeconds: 1.7 },
    { size: 5, durationSeconds: 0.01, failed: 5 },
  ];
  const event = { durationSeconds: 0.25, waitSeconds: 1.5 };
  let kept: object = batches;
  const makesOne = (i: number) => {
    kept = { i, kept: i };
    queue.observeBatch(batches[i % 3]!);
  };
  expect(bytesOf((i) => queue.observeBatch(batches[i % 3]!))).toBeLessThan(LESS_THAN_AN_OBJECT);
  expect(bytesOf(() => queue.recordEvent(event))).toBeLessThan(LESS_THAN_AN_OBJECT);
  expect(bytesOf(makesOne)).toBeGreaterThanOrEqual(LESS_THAN_AN_OBJECT);
  expect(kept).not.toBe(batches);
});
