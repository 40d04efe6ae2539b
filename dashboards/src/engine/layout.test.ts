import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, flow } from './layout.ts';

test('boxes fill a row from the left, and a row is as high as its highest box', () => {
  const boxes = [
    { width: 12, height: 9 },
    { width: 6, height: 4 },
    { width: 12, height: 8 },
    { width: 24, height: 2 },
  ];
  expect(flow(boxes)).toEqual([
    { x: 0, y: 0, w: 12, h: 9 },
    { x: 12, y: 0, w: 6, h: 4 },
    { x: 0, y: 9, w: 12, h: 8 },
    { x: 0, y: 17, w: 24, h: 2 },
  ]);
});

test('no two boxes ever share a cell, and none leaves the grid', () => {
  const box = fc.record({
    width: fc.integer({ min: 1, max: COLUMNS }),
    height: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(box, { maxLength: 30 }), (boxes) => {
      const taken = new Set<string>();
      for (const { x, y, w, h } of flow(boxes)) {
        expect(x + w).toBeLessThanOrEqual(COLUMNS);
        for (let column = x; column < x + w; column += 1) {
          for (let row = y; row < y + h; row += 1) {
            expect(taken.has(`${column},${row}`)).toBe(false);
            taken.add(`${column},${row}`);
          }
        }
      }
    }),
  );
});

test('a box wider than the grid is an error', () => {
  expect(() => flow([{ width: 25, height: 1 }])).toThrow(RangeError);
});
