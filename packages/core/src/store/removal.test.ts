import { expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from './store.ts';

const SERIES = 100_000;

function filled(series = SERIES) {
  const counter = new Store().counter(
    describe('counter', 'many_total', {
      help: 'Many.',
      labels: { name: String, status: ['ok', 'failed'] },
      maxSeries: series * 2,
    }),
  );
  for (let n = 0; n < series; n++) counter.init({ name: String(n) });
  return counter;
}

/** Nothing is timed: what moves all series for each that ends would take minutes, and the test its own limit. */
group('B9: a hundred thousand series are removed', () => {
  test('one by one, from either end, with the list asked for in between', () => {
    const counter = filled();
    for (let n = 0; n < SERIES / 2; n++) {
      expect(counter.remove({ name: String(n), status: 'ok' })).toBe(true);
      expect(counter.remove({ name: String(SERIES - 1 - n), status: 'ok' })).toBe(true);
      if (n % 5_000 === 0) expect(counter.series.cells).toHaveLength(SERIES * 2 - 2 * (n + 1));
    }
    expect(counter.series.cells).toHaveLength(SERIES);
    expect(counter.series.cells.every(({ values }) => values[1] === 'failed')).toBe(true);
  });

  test('with all that share a label, thing by thing', () => {
    const counter = filled();
    for (let n = 0; n < SERIES; n++) expect(counter.removeAll({ name: String(n) })).toBe(2);
    expect(counter.series.cells).toEqual([]);
  });

  test('all at once', () => {
    const counter = filled();
    expect(counter.removeAll({ status: 'ok' })).toBe(SERIES);
    expect(counter.removeAll({})).toBe(SERIES);
    expect(counter.series.cells).toEqual([]);
  });
});

group('series that were removed', () => {
  test('leave the others in the order of their birth, and can be born again', () => {
    const counter = filled(5);
    counter.removeAll({ name: '1' });
    counter.remove({ name: '3', status: 'ok' });
    counter.add(7, { name: '1', status: 'ok' });
    expect(counter.series.cells.map(({ values, value }) => `${values.join(' ')} ${value}`)).toEqual([
      '0 ok 0',
      '0 failed 0',
      '2 ok 0',
      '2 failed 0',
      '3 failed 0',
      '4 ok 0',
      '4 failed 0',
      '1 ok 7',
    ]);
  });

  test('make room for others, also when nobody has asked for the list since', () => {
    const counter = new Store().counter(
      describe('counter', 'few_total', { help: 'Few.', labels: ['name'], maxSeries: 3 }),
    );
    for (let n = 0; n < 1_000; n++) {
      counter.add(1, { name: String(n) });
      if (n >= 2) counter.remove({ name: String(n - 2) });
    }
    expect(counter.series.cells.map(({ values }) => values[0])).toEqual(['998', '999']);
  });

  test('are none where the labels are not the metric’s, or a value is not said', () => {
    const counter = filled(2);
    for (const labels of [{ other: 'x' }, { name: undefined }, { name: '0', other: 'x' }, null, 7, 'x'])
      expect(counter.removeAll(labels as never)).toBe(0);
    expect(counter.series.cells).toHaveLength(4);
  });
});

test('a list that somebody goes through stays whole while series end', () => {
  const counter = filled(10);
  const seen: string[] = [];
  for (const { values } of counter.series.cells) {
    seen.push(values[0]!);
    counter.removeAll({ name: String(9 - Number(values[0])) });
    counter.series.cells;
  }
  expect(seen).toHaveLength(20);
});
