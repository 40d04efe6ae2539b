import { expect, test, vi } from 'vitest';
import { MAX_LABEL_LENGTH } from '../base/index.ts';
import { describe } from '../catalog/index.ts';
import { Handles } from './handles.ts';
import { Store } from './store.ts';

function setUp() {
  const store = new Store();
  const rows = store.counter(
    describe('counter', 'rows_total', { help: 'Rows.', labels: ['table', 'layer'] }),
  );
  const bind = vi.fn((labels: { readonly table: string; readonly layer: string }) => ({
    rows: rows.bind(labels),
  }));
  return { store, rows, bind, handles: new Handles(['table', 'layer'], bind) };
}

test('binds once for each set of labels, whatever else the argument carries', () => {
  const { rows, bind, handles } = setUp();
  for (let i = 0; i < 3; i++) handles.at({ table: 'a', layer: 'x', rows: i } as never).rows.add(1);
  handles.at({ table: 'a', layer: 'y' }).rows.add(1);
  expect(bind).toHaveBeenCalledTimes(2);
  expect(rows.series.cells.map(({ values, value }) => [...values, value])).toEqual([
    ['a', 'x', 3],
    ['a', 'y', 1],
  ]);
});

test('after a removal the next call begins a new series', () => {
  const { rows, handles } = setUp();
  const labels = { table: 'a', layer: 'x' };
  handles.at(labels).rows.add(5);
  rows.remove(labels);
  handles.remove(labels);
  handles.at(labels).rows.add(1);
  expect(rows.series.cells.map(({ value }) => value)).toEqual([1]);
});

test('those of labels that stay the same are found once, and anew after a removal', () => {
  const { rows, bind, handles } = setUp();
  const labels = { table: 'a', layer: 'x' };
  const bound = handles.bound(labels);
  expect(bind).not.toHaveBeenCalled();
  for (let i = 0; i < 3; i++) bound().rows.add(1);
  expect(bound()).toBe(handles.at(labels));
  expect(bind).toHaveBeenCalledTimes(1);
  rows.remove(labels);
  handles.remove(labels);
  bound().rows.add(5);
  rows.remove(labels);
  handles.clear();
  bound().rows.add(7);
  expect(rows.series.cells.map(({ value }) => value)).toEqual([7]);
});

test('keeps no handles for labels that are not text or too long, nor endlessly many', () => {
  const { bind, handles } = setUp();
  const wrong: unknown[] = [
    undefined,
    null,
    7,
    {},
    { table: 'a' },
    { table: 1, layer: 'x' },
    { table: 'x'.repeat(MAX_LABEL_LENGTH + 1), layer: 'x' },
  ];
  for (const labels of [...wrong, ...wrong]) handles.at(labels as never).rows.add(1);
  expect(bind).toHaveBeenCalledTimes(2 * wrong.length);
  bind.mockClear();
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 10_005; i++) handles.at({ table: String(i), layer: 'x' });
  expect(bind).toHaveBeenCalledTimes(10_005 + 5);
});
