import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, describe as group, test } from 'vitest';
import { MAX_LABEL_LENGTH } from '../base/index.ts';
import { describe } from '../catalog/index.ts';
import type { AnyInstrument } from './instrument.ts';
import { OVERFLOW_VALUE } from './series.ts';
import { Store } from './store.ts';

const warnings: string[] = [];
let store: Store;
beforeEach(() => {
  store = new Store();
  warnings.length = 0;
  const ignore = () => {};
  const logger = { error: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger({ ...logger, warn: (message) => void warnings.push(message) }, DiagLogLevel.WARN);
});
afterEach(() => diag.disable());

const named = (name: string) => [...store.instruments()].find(({ descriptor }) => descriptor.name === name)!;
const seriesOf = ({ series }: Pick<AnyInstrument, 'series'>) =>
  Object.fromEntries(
    series.cells.map((cell) => [cell.values.join(), 'value' in cell ? cell.value : cell.count]),
  );

group('labels', () => {
  test('that collide in a joined key are different series', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a', 'b'] }));
    counter.add(1, { a: 'x,b:y', b: '' });
    counter.add(2, { a: 'x', b: 'y' });
    counter.add(4, { a: '', b: 'x,b:y' });
    expect(counter.series.cells.map(({ value }) => value)).toEqual([1, 2, 4]);
  });

  test('that are missing, of another kind, or outside their closed set are dropped, counted and warned of once', () => {
    const counter = store.counter(
      describe('counter', 'c_total', { help: 'C.', labels: { table: String, status: ['ok'] } }),
    );
    const wrong: unknown[] = [
      undefined,
      null,
      7,
      {},
      { table: 'a' },
      { table: 'a', status: 'okay' },
      { table: {}, status: 'ok' },
      { table: null, status: 'ok' },
      { table: Symbol('s'), status: 'ok' },
    ];
    for (const labels of wrong) {
      counter.add(1, labels as never);
      counter.bind(labels as never).add(1);
    }
    expect(counter.series.cells).toEqual([]);
    expect(seriesOf(named('sightglass_measurements_dropped_total'))).toEqual({
      'c_total,bad_label': 2 * wrong.length,
    });
    expect(warnings).toHaveLength(1);
  });

  test.each([
    [undefined, 'it needs the labels table, status'],
    [{ table: 'a' }, 'the label status is missing'],
    [{ table: 'a', status: 'okay' }, 'the label status must be one of ok, failed'],
    [{ table: {}, status: 'ok' }, 'the label table must be a string'],
    [{ table: Symbol('s'), status: 'ok' }, 'the label table must be a string'],
    [
      {
        get table() {
          throw new Error('closed');
        },
      },
      undefined,
    ],
  ])('the warning says which is wrong, and never what was given (%#)', (labels, what) => {
    const spec = { help: 'C.', labels: { table: String, status: ['ok', 'failed'] } };
    const counter = store.counter(describe('counter', 'c_total', spec));
    counter.add(1, labels as never);
    const why = what === undefined ? 'bad_label' : `bad_label: ${what}`;
    expect(warnings).toEqual([
      `A measurement of c_total was dropped (${why}). Further ones are only counted.`,
    ]);
  });

  test('B13: that have names of Object.prototype are as any other', () => {
    const names = Object.getOwnPropertyNames(Object.prototype).filter((name) => /^[a-z]/i.test(name));
    for (const name of names) {
      const closed = store.counter(
        describe('counter', `closed_${name}_total`, { help: 'C.', labels: { [name]: ['a', 'b'] } }),
      );
      expect(seriesOf(closed)).toEqual({ a: 0, b: 0 });
      const open = store.histogram(
        describe('histogram', `open_${name}`, { help: 'C.', labels: [name, 'b'], buckets: [1] }),
      );
      open.boundsFor({ b: 'own' }, [2]);
      open.record(1, { [name]: name, b: 'own' } as never);
      open.record(1, { b: 'own' } as never);
      open.record(1, {} as never);
      expect(seriesOf(open)).toEqual({ [`${name},own`]: 1 });
      expect(open.series.cells[0]?.bounds.upper).toEqual([2]);
      expect(open.removeAll({ [name]: name } as never)).toBe(1);
    }
  });

  test('that are numbers or booleans are written as text, and extra ones ignored', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a'] }));
    for (const a of [5, '5', 5n]) counter.add(1, { a, extra: 'x' } as never);
    counter.add(1, { a: true } as never);
    expect(seriesOf(counter)).toEqual({ 5: 3, true: 1 });
  });

  test('with half a surrogate pair, which no UTF-8 can tell apart, are one series', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a'] }));
    for (const a of ['x\uD800', 'x\uDBFF', 'x\uDC00', 'x\uD83E\uDE9F']) counter.add(1, { a });
    expect(seriesOf(counter)).toEqual({ 'x\uFFFD': 3, 'x🪟': 1 });
  });
});

group('beyond the bound', () => {
  test('new series fold into one whose closed labels are kept, so that ratios stay true', () => {
    const counter = store.counter(
      describe('counter', 'c_total', {
        help: 'C.',
        labels: { table: String, status: ['ok', 'failed'] },
        maxSeries: 2,
      }),
    );
    for (const table of ['a', 'b', 'c', 'd', 'e']) counter.add(1, { table, status: 'ok' });
    counter.add(1, { table: 'f', status: 'failed' });
    expect(seriesOf(counter)).toEqual({
      'a,ok': 1,
      'b,ok': 1,
      [`${OVERFLOW_VALUE},ok`]: 3,
      [`${OVERFLOW_VALUE},failed`]: 1,
    });
    expect(seriesOf(named('sightglass_measurements_overflowed_total'))).toEqual({ c_total: 4 });
    expect(warnings).toHaveLength(1);
  });

  test('known series go on, and one that is removed makes room', () => {
    const counter = store.counter(
      describe('counter', 'c_total', { help: 'C.', labels: ['a'], maxSeries: 1 }),
    );
    counter.add(1, { a: 'first' });
    counter.add(1, { a: 'second' });
    counter.add(1, { a: 'first' });
    expect(seriesOf(counter)).toEqual({ first: 2, [OVERFLOW_VALUE]: 1 });
    counter.remove({ a: 'first' });
    counter.add(1, { a: 'second' });
    expect(seriesOf(counter)).toEqual({ [OVERFLOW_VALUE]: 1, second: 1 });
  });

  test('a label value that is too long folds too', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a'] }));
    counter.add(1, { a: 'x'.repeat(MAX_LABEL_LENGTH) });
    counter.add(1, { a: 'x'.repeat(MAX_LABEL_LENGTH + 1) });
    counter.add(1, { a: 'y'.repeat(1_000_000) });
    expect(counter.series.cells.map(({ values, value }) => [values[0]!.length, value])).toEqual([
      [MAX_LABEL_LENGTH, 1],
      [OVERFLOW_VALUE.length, 2],
    ]);
  });

  test('100,000 values keep the number of series bounded', () => {
    const histogram = store.histogram(
      describe('histogram', 'h', { help: 'H.', labels: ['id'], buckets: [1] }),
    );
    for (let id = 0; id < 100_000; id++) histogram.record(0.5, { id: String(id) });
    expect(histogram.series.cells).toHaveLength(2_001);
    expect(histogram.series.peek({ id: OVERFLOW_VALUE })?.count).toBe(98_000);
  });

  test('the metric that counts overflows does not count its own', () => {
    for (let i = 0; i < 2_010; i++) {
      const counter = store.counter(
        describe('counter', `c${i}_total`, { help: 'C.', labels: ['a'], maxSeries: 1 }),
      );
      counter.add(1, { a: 'kept' });
      counter.add(1, { a: 'folded' });
    }
    expect(seriesOf(named('sightglass_measurements_overflowed_total'))[OVERFLOW_VALUE]).toBe(10);
  });
});

group('removal', () => {
  test('ends a series at once; its handle stays safe and records to nowhere; the next record begins anew', () => {
    const counter = store.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a', 'b'] }));
    const handle = counter.bind({ a: 'x', b: 'y' });
    handle.add(5);
    expect(counter.remove({ a: 'x', b: 'y' })).toBe(true);
    expect(counter.remove({ a: 'x', b: 'y' })).toBe(false);
    expect(counter.remove({ a: 'x' } as never)).toBe(false);
    handle.add(5);
    expect(counter.series.cells).toEqual([]);
    counter.add(1, { a: 'x', b: 'y' });
    expect(seriesOf(counter)).toEqual({ 'x,y': 1 });
  });
});

test('a disabled store takes every call and keeps nothing', () => {
  const silent = new Store({ enabled: false });
  const counter = silent.counter(describe('counter', 'c_total', { help: 'C.', labels: ['a'] }));
  counter.init({ a: 'x' });
  counter.add(1, { a: 'x' });
  counter.add(Number.NaN, { a: 'x' });
  counter.bind({ a: 'x' }).add(-1);
  expect([...silent.instruments()].flatMap(({ series }) => series.cells)).toEqual([]);
  expect(warnings).toEqual([]);
});
