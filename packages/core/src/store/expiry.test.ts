import { beforeEach, describe, expect, test } from 'vitest';
import { describe as metric } from '../catalog/index.ts';
import { snapshot } from './snapshot.ts';
import { Store } from './store.ts';

let nowMs = 0;
let store: Store;
beforeEach(() => {
  nowMs = 0;
  store = new Store({ clock: { wallMs: () => 1_000_000 + nowMs, monotonicMs: () => nowMs } });
});
const pass = (seconds: number) => {
  nowMs += seconds * 1000;
};

const help = 'Things.';
const labels = ['tenant'] as const;
const depthOf = (more: object = {}) =>
  store.gauge(metric('gauge', 'depth', { help, labels, expiresAfterSeconds: 60, ...more }));
/** What an export has of a metric, by tenant. */
const exported = (name = 'depth') =>
  Object.fromEntries(
    snapshot(store)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ series }) =>
        series.map((one) => [one.values[0], 'value' in one ? one.value : one.count] as const),
      ),
  );

describe('a series that ends by itself', () => {
  test('ends when nothing was recorded in it for the time, and not before', () => {
    const depth = depthOf();
    depth.set(1, { tenant: 'a' });
    pass(30);
    depth.set(2, { tenant: 'b' });
    pass(29);
    expect(exported()).toEqual({ a: 1, b: 2 });
    pass(1);
    expect(exported()).toEqual({ b: 2 });
    expect(depth.has({ tenant: 'a' })).toBe(false);
  });

  test('lives on while it is recorded, though its value stays the same', () => {
    const depth = depthOf();
    for (let i = 0; i < 5; i++) {
      depth.set(1, { tenant: 'a' });
      pass(59);
      expect(exported()).toEqual({ a: 1 });
    }
  });

  test('is gone for whoever looks, also where nothing is exported', () => {
    const depth = depthOf();
    depth.set(7, { tenant: 'a' });
    pass(60);
    expect(depth.peek({ tenant: 'a' })).toBeUndefined();
    depth.inc({ tenant: 'a' });
    expect(depth.peek({ tenant: 'a' })).toBe(1);
  });

  test('of a counter begins anew at 0, with a birth of its own', () => {
    const sent = store.counter(metric('counter', 'sent_total', { help, labels, expiresAfterSeconds: 60 }));
    sent.add(5, { tenant: 'a' });
    pass(61);
    sent.add(2, { tenant: 'a' });
    expect(exported('sent_total')).toEqual({ a: 2 });
    const [family] = snapshot(store).filter(({ descriptor }) => descriptor.name === 'sent_total');
    expect(family?.series[0]?.startMs).toBe(1_061_000);
  });

  test('is found again by a handle that was bound to it', () => {
    const expiring = { help, labels, expiresAfterSeconds: 60 };
    const depth = depthOf().bind({ tenant: 'a' });
    const sent = store.counter(metric('counter', 'sent_total', expiring)).bind({ tenant: 'a' });
    const took = store
      .histogram(metric('histogram', 'took_seconds', { ...expiring, buckets: [1] }))
      .bind({ tenant: 'a' });
    for (let i = 0; i < 2; i++) {
      depth.inc();
      depth.add(2);
      depth.dec();
      sent.add();
      took.record(1);
      took.time(() => {});
      took.startTimer().end();
      expect([exported(), exported('sent_total'), exported('took_seconds')]).toEqual([
        { a: 2 },
        { a: 1 },
        { a: 3 },
      ]);
      pass(60);
      expect([exported(), exported('sent_total'), exported('took_seconds')]).toEqual([{}, {}, {}]);
    }
    depth.set(4);
    depth.unset();
    expect(exported()).toEqual({});
  });

  test('makes room for others where the metric is full, and those do not fold', () => {
    const depth = depthOf({ maxSeries: 2 });
    depth.set(1, { tenant: 'a' });
    depth.set(1, { tenant: 'b' });
    pass(59);
    depth.set(2, { tenant: 'b' });
    depth.set(3, { tenant: 'c' });
    expect(exported()).toEqual({ a: 1, b: 2, __overflow__: 3 });
    pass(1);
    depth.set(4, { tenant: 'c' });
    expect(exported()).toEqual({ b: 2, c: 4, __overflow__: 3 });
    pass(59);
    expect(exported()).toEqual({ c: 4 });
  });

  test('is not one that is read: it lives as long as its reader', async () => {
    const depth = depthOf();
    const stop = depth.observe(() => 5, { tenant: 'a' });
    pass(600);
    expect(depth.has({ tenant: 'a' })).toBe(true);
    await store.collect();
    expect(exported()).toEqual({ a: 5 });
    stop();
    expect(exported()).toEqual({});
  });

  test('does not end by a clock that fails, and recording goes on', () => {
    const depth = depthOf();
    depth.set(1, { tenant: 'a' });
    store.setClock({
      wallMs: () => 0,
      monotonicMs: () => {
        throw new Error('no time');
      },
    });
    depth.set(2, { tenant: 'b' });
    expect(exported()).toEqual({ a: 1, b: 2 });
  });

  test('goes by a clock that another takes the place of, from then on', () => {
    const depth = depthOf();
    pass(1_000);
    depth.set(1, { tenant: 'a' });
    expect(exported()).toEqual({ a: 1 });
    nowMs = 0;
    expect(exported()).toEqual({ a: 1 });
    pass(59);
    expect(exported()).toEqual({ a: 1 });
    pass(1);
    expect(exported()).toEqual({});
  });

  test('keeps labels that are full from going through all others at each record', () => {
    const depth = depthOf({ maxSeries: 10 });
    let reads = 0;
    for (let i = 0; i < 10; i++) depth.set(1, { tenant: `t${i}` });
    const { series } = depth;
    const has = series.has.bind(series);
    series.has = (cell) => {
      reads++;
      return has(cell);
    };
    for (let i = 0; i < 1_000; i++) depth.set(1, { tenant: `new${i}` });
    expect(reads).toBe(0);
    expect(Object.keys(exported())).toHaveLength(11);
  });

  test.each([
    [{ expiresAfterSeconds: 0 }, 'expiresAfterSeconds must be a number above 0'],
    [{ expiresAfterSeconds: Number.POSITIVE_INFINITY }, 'expiresAfterSeconds must be a number above 0'],
    [{ expiresAfterSeconds: '60' }, 'expiresAfterSeconds must be a number above 0'],
    [{ expiresAfterSeconds: 60, labels: { outcome: ['ok'] } }, 'needs a label whose values are open'],
    [{ expiresAfterSeconds: 60, labels: [] }, 'needs a label whose values are open'],
  ])('is refused where it can not be: %o', (options, problem) => {
    expect(() => metric('gauge', 'depth', { help, labels, ...options } as never)).toThrow(problem);
  });
});
