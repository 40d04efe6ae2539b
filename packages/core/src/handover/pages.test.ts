import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import { MergedStore } from '../processes/merged-store.ts';
import { Store, snapshot } from '../store/index.ts';
import { Differences } from './differences.ts';
import { CONTROLS } from './paged-hand-over.ts';
import { type NewPage, Pages } from './pages.ts';
import { ThreadStore } from './thread-store.ts';

const work = describe('counter', 'work_total', { help: 'W.', labels: ['kind'], maxSeries: 20_000 });
const level = describe('gauge', 'level', { help: 'L.', labels: ['kind'] });
const seconds = describe('histogram', 'work_seconds', {
  help: 'S.',
  labels: ['kind'],
  buckets: [0.1, 1, 10],
});

const stores: ThreadStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.end();
});

/** A store whose numbers lie in pages, and those who read them: another store, and what it merges them into. */
function paged() {
  const told: NewPage[] = [];
  const store = new Store({ pages: new Pages((page) => told.push(page)) });
  const counter = store.counter(work);
  const gauge = store.gauge(level);
  const histogram = store.histogram(seconds);
  const merged = new MergedStore(new Store(), async () => {});
  const life = merged.begin('1');
  let differences: Differences | undefined;
  const read = async () => {
    if (differences === undefined) {
      const control = new SharedArrayBuffer(CONTROLS * 4);
      const reader = ThreadStore.of({
        threadId: 1,
        channel: `test-${crypto.randomUUID()}`,
        control,
        pages: told,
      })!;
      stores.push(reader);
      differences = new Differences(reader);
    }
    for (const changes of differences.take()) life.apply(changes);
    await merged.collect();
    const names = new Set([...store.instruments()].map(({ descriptor }) => descriptor.name));
    const both = [store, merged].map((one) =>
      snapshot(one)
        .filter(({ descriptor }) => names.has(descriptor.name))
        .flatMap(({ descriptor: { name }, series }) =>
          series.map((each) => {
            const { values } = each;
            return JSON.stringify(
              'value' in each ? [name, values, each.value] : [name, values, each.counts, each.sum],
            );
          }),
        )
        .toSorted(),
    );
    return { own: both[0]!, seen: both[1]! };
  };
  return { store, counter, gauge, histogram, told, read };
}

test('what lies in pages is read as it was recorded, series that come and go too', async () => {
  const { counter, gauge, histogram, read } = paged();
  const kinds = ['a', 'b', 'ü'.repeat(200), '"\n'];
  for (const [i, kind] of kinds.entries()) {
    counter.add(i + 0.5, { kind });
    gauge.set(-i, { kind });
    histogram.record(10 ** (i - 2), { kind });
  }
  gauge.init({ kind: 'unset' });
  const first = await read();
  expect(first.seen).toEqual(first.own);
  expect(first.seen).toHaveLength(12);
  counter.add(1, { kind: 'a' });
  counter.remove({ kind: 'b' });
  gauge.bind({ kind: 'a' }).unset();
  histogram.record(0, { kind: 'a' });
  histogram.record(5_000, { kind: 'new' });
  const second = await read();
  expect(second.seen).toEqual(second.own);
  expect(second.seen).toHaveLength(11);
});

test('what a thread has measured is read after its end', async () => {
  const { counter, read } = paged();
  counter.add(1, { kind: 'a' });
  await read();
  counter.add(2, { kind: 'a' });
  counter.add(3, { kind: 'b' });
  stores[0]!.end();
  const { own, seen } = await read();
  expect(seen).toEqual(own);
});

test('pages follow one another, of numbers and of the log, and none is told of twice', async () => {
  const { counter, told, read } = paged();
  for (let i = 0; i < 9_000; i++) counter.add(i, { kind: `kind ${i}` });
  const { own, seen } = await read();
  expect(seen).toEqual(own);
  expect(told.filter((page) => 'numbers' in page).length).toBeGreaterThan(2);
  expect(told.filter((page) => 'log' in page).length).toBeGreaterThan(2);
  expect(new Set(told).size).toBe(told.length);
});

test('a record is no message and no atomic operation', () => {
  const { counter, gauge, histogram, told } = paged();
  const [bound, set, timed] = [counter, gauge, histogram].map((one) => one.bind({ kind: 'a' })) as [
    ReturnType<typeof counter.bind>,
    ReturnType<typeof gauge.bind>,
    ReturnType<typeof histogram.bind>,
  ];
  const before = told.length;
  const operations = (['store', 'add', 'exchange', 'compareExchange', 'notify'] as const).map((name) =>
    vi.spyOn(Atomics, name as 'store'),
  );
  for (let i = 0; i < 1_000; i++) {
    bound.add(1);
    set.set(i);
    timed.record(i);
    counter.add(1, { kind: 'a' });
  }
  expect(operations.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
  expect(told).toHaveLength(before);
  vi.restoreAllMocks();
});

test('a reader sees each number whole', async () => {
  // No half of one is as in the other.
  const [one, other] = [1.2345678901234567e300, -9.87654321e-300];
  const numbers = new Float64Array(new SharedArrayBuffer(8));
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const writer = new Worker(
    `const { workerData: { numbers, flag, one, other } } = require('node:worker_threads');
     Atomics.store(flag, 0, 1); Atomics.notify(flag, 0);
     while (Atomics.load(flag, 0) === 1) for (let i = 0; i < 1_000; i++) numbers[0] = i % 2 ? one : other;`,
    { eval: true, workerData: { numbers, flag, one, other } },
  );
  Atomics.wait(flag, 0, 0);
  const seen = new Map<number, number>();
  // Until both have been seen often, however the machine shares its time.
  for (let i = 0; i < 2_000_000 || seen.size < 2; i++) {
    const number = numbers[0]!;
    if (number !== 0) seen.set(number, (seen.get(number) ?? 0) + 1);
  }
  Atomics.store(flag, 0, 2);
  await writer.terminate();
  expect([...seen.keys()].toSorted((a, b) => a - b)).toEqual([other, one]);
});
