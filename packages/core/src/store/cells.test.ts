import fc from 'fast-check';
import { beforeEach, expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { snapshot } from './snapshot.ts';
import { Store } from './store.ts';

const NOT_NUMBERS: unknown[] = [Number.NaN, '7', null, {}, [], true, Symbol('s'), 7n, () => 7];

let store: Store;
beforeEach(() => {
  store = new Store();
});

/** What was dropped of a metric, by reason. */
function dropped(metric: string): Record<string, number> {
  const family = snapshot(store).find(
    ({ descriptor }) => descriptor.name === 'sightglass_measurements_dropped_total',
  );
  const series = family?.series.filter(({ values }) => values[0] === metric) ?? [];
  return Object.fromEntries(series.map((one) => [one.values[1], 'value' in one ? one.value : Number.NaN]));
}

group('a counter', () => {
  test('is born at 0, so that the first event is an increase', () => {
    store.counter(describe('counter', 'bare_total', { help: 'Bare.' }));
    store.counter(
      describe('counter', 'closed_total', {
        help: 'Closed.',
        labels: { status: ['ok', 'failed'], kind: ['x', 'y'] },
      }),
    );
    const open = store.counter(
      describe('counter', 'open_total', {
        help: 'Open.',
        labels: { table: String, status: ['ok', 'failed'] },
      }),
    );
    open.init({ table: 'trades' });
    const values = Object.fromEntries(
      snapshot(store).map(({ descriptor, series }) => [descriptor.name, series]),
    );
    expect(values.bare_total).toMatchObject([{ values: [], value: 0 }]);
    expect(values.closed_total?.map((one) => one.values.join())).toEqual([
      'ok,x',
      'ok,y',
      'failed,x',
      'failed,y',
    ]);
    expect(values.open_total).toMatchObject([
      { values: ['trades', 'ok'], value: 0 },
      { values: ['trades', 'failed'], value: 0 },
    ]);
  });

  test('adds by labels and by handle to the same series', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['table'] }));
    const bound = counter.bind({ table: 'a' });
    bound.add();
    bound.add(0.5);
    counter.add(2, { table: 'a' });
    expect(counter.series.peek({ table: 'a' })?.value).toBe(3.5);
  });

  test('drops and counts what is not a finite number from 0', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.' }));
    const bound = counter.bind();
    bound.add(1);
    for (const wrong of [-1, -1e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...NOT_NUMBERS])
      bound.add(wrong as number);
    expect(counter.series.peek(undefined)?.value).toBe(1);
    expect(dropped('c_total')).toEqual({ negative: 2, not_finite: 2, not_a_number: NOT_NUMBERS.length });
  });
});

group('a gauge', () => {
  test('is not exported until it is set, and not after it is unset', () => {
    const gauge = store.gauge(describe('gauge', 'g', { help: 'G.' }));
    const exported = () =>
      snapshot(store)
        .find(({ descriptor }) => descriptor.name === 'g')
        ?.series.map((one) => ('value' in one ? one.value : undefined));
    const bound = gauge.bind();
    expect(exported()).toBeUndefined();
    bound.set(-2);
    expect(exported()).toEqual([-2]);
    bound.unset();
    expect(exported()).toBeUndefined();
    bound.add(3);
    bound.add(-1);
    expect(exported()).toEqual([2]);
  });

  test('keeps its value when it is given what is not a finite number, and counts that', () => {
    const bound = store.gauge(describe('gauge', 'g', { help: 'G.' })).bind();
    bound.set(5);
    for (const wrong of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...NOT_NUMBERS]) {
      bound.set(wrong as number);
      bound.add(wrong as number);
    }
    expect((bound as unknown as { value: number }).value).toBe(5);
    expect(dropped('g')).toEqual({ not_finite: 4, not_a_number: 2 * NOT_NUMBERS.length });
  });
});

group('a histogram', () => {
  const bounds = fc
    .uniqueArray(
      fc.double({ min: 0, max: 1e6, noNaN: true }).map((bound) => bound + 0),
      { minLength: 1, maxLength: 20 },
    )
    .map((all) => all.sort((a, b) => a - b));

  test('puts each value into the first bucket whose bound is not below it', () => {
    fc.assert(
      fc.property(
        bounds,
        fc.array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { maxLength: 30 }),
        (buckets, random) => {
          const cell = new Store().histogram(describe('histogram', 'h', { help: 'H.', buckets }));
          const values = [...buckets, ...random];
          for (const value of values) cell.record(value);
          const { counts, count, sum } = cell.series.peek(undefined)!;
          const expected = [...buckets, Number.POSITIVE_INFINITY].map(
            (bound, i) => values.filter((value) => value <= bound && !(value <= buckets[i - 1]!)).length,
          );
          expect(counts).toEqual(expected);
          expect(count).toBe(values.length);
          expect(sum).toBe(values.reduce((total, value) => total + value, 0));
        },
      ),
    );
  });

  test('drops and counts what is not a finite number from 0', () => {
    const histogram = store.histogram(describe('histogram', 'h', { help: 'H.', buckets: [1] }));
    for (const wrong of [-1, Number.POSITIVE_INFINITY, ...NOT_NUMBERS]) histogram.record(wrong as number);
    expect(histogram.series.peek(undefined)).toMatchObject({ count: 0, sum: 0, counts: [0, 0] });
    expect(dropped('h')).toEqual({ negative: 1, not_finite: 1, not_a_number: NOT_NUMBERS.length });
  });
});

test('a snapshot is not changed by later records', () => {
  const histogram = store.histogram(describe('histogram', 'h', { help: 'H.', buckets: [1] }));
  histogram.record(0.5);
  const before = snapshot(store);
  const text = JSON.stringify(before);
  histogram.record(0.5);
  expect(JSON.stringify(before)).toBe(text);
});
