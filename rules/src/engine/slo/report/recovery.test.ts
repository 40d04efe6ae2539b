import { describe, expect, test } from 'vitest';
import { recoveryOf, violationsIn } from './recovery.ts';

/** Totals from what happened in each step of five minutes. */
const totals = (...counts: readonly number[]) => {
  let value = 0;
  return [0, ...counts].map((count, i) => {
    value += count;
    return { time: i * 300, value };
  });
};

describe('violations', () => {
  test('last from the first step with too much that is bad to the next that is well', () => {
    const found = violationsIn(totals(10, 10, 10, 10, 10), totals(0, 3, 1, 0, 0), 0.9);
    expect(found).toEqual([{ start: 300, end: 900 }]);
    expect(recoveryOf(found)).toEqual({ mean: 600, longest: 600 });
  });

  test('are none at what the objective allows', () => {
    expect(violationsIn(totals(10, 10), totals(1, 1), 0.9)).toEqual([]);
  });

  test('go on while nothing happens, as between two runs of a job, and one that is not over has no end', () => {
    const found = violationsIn(totals(1, 0, 0, 1, 0, 1, 0), totals(1, 0, 0, 0, 0, 1, 0), 0.95);
    expect(found).toEqual([
      { start: 0, end: 1_200 },
      { start: 1_500, end: undefined },
    ]);
    expect(recoveryOf(found)).toEqual({ mean: 1_200, longest: 1_200 });
  });

  test('have no recovery before one is over', () => {
    expect(recoveryOf(violationsIn(totals(1), totals(1), 0.95))).toBeUndefined();
    expect(recoveryOf([])).toBeUndefined();
  });

  test('are not made of totals without bad events', () =>
    expect(violationsIn(totals(5, 5), [], 0.9)).toEqual([]));
});
