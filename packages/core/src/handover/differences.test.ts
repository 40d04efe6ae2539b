import { expect, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { Differences } from './differences.ts';

/** The numbers of all messages: the number of a series and its value, or which buckets have changed, by how much, and the sum. */
const numbersOf = (differences: Differences) =>
  differences.take().flatMap(({ numbers }) => [...(numbers as readonly number[])]);

test('what was told is not told again, though nothing reached the one in between', () => {
  const store = new Store();
  const work = store.counter(describe('counter', 'work_total', { help: 'Work.' }));
  const sizes = store.histogram(describe('histogram', 'size_bytes', { help: 'Sizes.', buckets: [1] }));
  work.add(3);
  sizes.record(0.5);
  const first = new Differences(store);
  first.take();
  // Nobody could be reached twice.
  const later = first.again().again();
  work.add(2);
  // The counter: 2. The histogram: of its first bucket 0, and 0 in all.
  expect(numbersOf(later)).toEqual([0, 2, 1, 1, 0, 0, 0]);
});
