import { expect, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { createExposition } from './exposition.ts';
import { parseStrictly } from './parse-strictly.support.ts';

const SERIES = 120_000;
const decode = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString();

function large() {
  const store = new Store();
  const counter = store.counter(
    describe('counter', 'many_total', { help: 'Many.', labels: ['n'], maxSeries: SERIES }),
  );
  const handles = Array.from({ length: SERIES }, (_, n) => counter.bind({ n: String(n) }));
  return { store, counter, handles };
}

test('other work gets its turn many times while a large scrape is written', async () => {
  const { store } = large();
  let done = false;
  let turns = 0;
  const turn = () => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  const { chunks } = await createExposition({ store }).render();
  done = true;
  expect(turns).toBeGreaterThan(1);
  expect(parseStrictly(decode(chunks), false)[0]?.samples).toHaveLength(SERIES);
});

test('scrapes that overlap, with records and removals between their slices, are each whole', async () => {
  const { store, counter, handles } = large();
  const exposition = createExposition({ store });
  await exposition.render();
  let done = false;
  let turns = 0;
  const disturb = () => {
    for (let n = turns % 7; n < SERIES; n += 7) handles[n]!.add(1);
    counter.remove({ n: String(turns * 1000) });
    turns++;
    if (!done) setImmediate(disturb);
  };
  setImmediate(disturb);
  const renders = await Promise.all([
    exposition.render(),
    exposition.render('application/openmetrics-text'),
    exposition.render(),
  ]);
  done = true;
  expect(turns).toBeGreaterThan(1);
  for (const { chunks, contentType } of renders) {
    const [family] = parseStrictly(decode(chunks), contentType.startsWith('application'));
    expect(family!.samples.length).toBeGreaterThanOrEqual(SERIES - turns);
    expect(family!.samples.every(({ value }) => value >= 0 && value <= turns)).toBe(true);
  }
});

test('an exposition that was handed out never changes', async () => {
  const { store, handles } = large();
  const exposition = createExposition({ store });
  const first = await exposition.render();
  const before = decode(first.chunks);
  for (const handle of handles) handle.add(7);
  await exposition.render();
  expect(decode(first.chunks)).toBe(before);
});

test('a series that is longer than a chunk is whole', async () => {
  const store = new Store();
  const labels = Array.from({ length: 12 }, (_, i) => `label_${i}`);
  const buckets = Array.from({ length: 200 }, (_, i) => i + 1);
  const histogram = store.histogram(
    describe('histogram', 'wide_seconds', { help: 'Wide.', labels, buckets }),
  );
  for (const value of ['🪟'.repeat(100), '"'.repeat(200)])
    histogram.record(7, Object.fromEntries(labels.map((name) => [name, value])));
  const exposition = createExposition({ store });
  for (let scrape = 0; scrape < 2; scrape++) {
    const { chunks } = await exposition.render();
    const [family] = parseStrictly(decode(chunks), false);
    expect(family!.samples).toHaveLength(2 * 203);
    expect(family!.samples.at(0)?.labels.label_11).toBe('🪟'.repeat(100));
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeGreaterThan(200 * 12 * 400);
  }
});
