import { PerformanceObserver } from 'node:perf_hooks';
import type { BoundCounter, BoundHistogram } from '@sightglass/core';
import { describe } from '@sightglass/core/authors';
import { Store } from '../../../packages/core/src/store/index.ts';
import { BUCKETS, COUNTER, HISTOGRAM, randomNumbers } from '../inputs.ts';
import { collectGarbage, compare, keep } from '../measure.ts';
import { type Row, row } from '../row.ts';

/** Records in a call of a loop: short calls, many of them, are compiled as the functions of a service are. */
const RECORDS = 1_024;
/** Calls in a measurement: few enough that it is over before the operating system takes the processor away. */
const CALLS = 64;
const CALLS_WITHOUT_GARBAGE = 20_000;
/** More values than a branch predictor can learn by heart. */
const VALUES = randomNumbers(RECORDS * CALLS).map((number) => Math.exp(number * 7));

/** What a record is held against: the least that any metric must do. */
class Field {
  value = 0;
}

// Three loops that differ in one call, each a function of its own so that each is compiled for its own call.
// They go round an array, also when it has one element: else the compiler keeps the field's value in a register and increments no field.

function bareLoop(fields: readonly Field[], values: Float64Array): void {
  for (let i = 0; i < RECORDS; i++) fields[i % fields.length]!.value += values[i]!;
}

function counterLoop(counters: readonly BoundCounter[], values: Float64Array): void {
  for (let i = 0; i < RECORDS; i++) counters[i % counters.length]!.add(values[i]!);
}

function histogramLoop(histograms: readonly BoundHistogram[], values: Float64Array): void {
  for (let i = 0; i < RECORDS; i++) histograms[i % histograms.length]!.record(values[i]!);
}

/** A bound counter and a bound histogram of 8 buckets, beside a bare field increment in the same loop, and whether they allocate. */
export async function boundRecord(): Promise<Row[]> {
  return [
    ...(await recordsOf(1, 'one handle', { counter: 1.5, histogram: 2 })),
    ...(await recordsOf(16, '16 handles in turn', {})),
  ];
}

async function recordsOf(
  handles: number,
  how: string,
  floors: { readonly counter?: number; readonly histogram?: number },
): Promise<Row[]> {
  const store = new Store();
  const labels = ['table'];
  const counter = store.counter(describe('counter', COUNTER, { help: 'Rows.', labels }));
  const histogram = store.histogram(
    describe('histogram', HISTOGRAM, { help: 'Durations.', labels, buckets: BUCKETS }),
  );
  const tables = Array.from({ length: handles }, (_, i) => ({ table: `table_${i}` }));
  const fields = tables.map(() => new Field());
  const counters = tables.map((table) => counter.bind(table));
  const histograms = tables.map((table) => histogram.bind(table));
  const bare = { name: 'bare', loop: (values: Float64Array) => bareLoop(fields, values) };
  const records = [
    { name: 'counter', floor: floors.counter, loop: (values: Float64Array) => counterLoop(counters, values) },
    {
      name: 'histogram',
      floor: floors.histogram,
      loop: (values: Float64Array) => histogramLoop(histograms, values),
    },
  ];
  const contenders = [bare, ...records].map(({ name, loop }) => ({ name, run: () => repeat(CALLS, loop) }));
  const times = await compare(contenders, 200);
  for (const { value } of fields) keep(value);
  const nanoseconds = (name: string) => (times[name]! * 1e6) / (RECORDS * CALLS);
  const rows: Row[] = [];
  for (const { name, floor, loop } of records) {
    const [ours, theirs] = [nanoseconds(name), nanoseconds(bare.name)];
    rows.push(
      row({
        work: `bound ${name} record, ${how}`,
        against: 'a bare field increment',
        ours,
        theirs,
        unit: 'ns',
        sense: 'times theirs',
        floor,
      }),
    );
    if (floor === undefined) continue;
    const collections = await collectionsDuring(() => repeat(CALLS_WITHOUT_GARBAGE, loop));
    rows.push(
      row({
        work: `garbage collections in ${(RECORDS * CALLS_WITHOUT_GARBAGE).toLocaleString('en')} of them`,
        against: 'the bare loop',
        ours: collections,
        theirs: await collectionsDuring(() => repeat(CALLS_WITHOUT_GARBAGE, bare.loop)),
        unit: '',
        sense: 'figure',
        floor: 0,
      }),
    );
  }
  return rows;
}

function repeat(times: number, loop: (values: Float64Array) => void): void {
  for (let i = 0; i < times; i++) {
    const from = (i % CALLS) * RECORDS;
    loop(VALUES.subarray(from, from + RECORDS));
  }
}

/** How often garbage is collected during `run`. One object a record would fill the young generation many times. */
async function collectionsDuring(run: () => void): Promise<number> {
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  run();
  // The observer hears of collections in a later turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  return collections;
}
