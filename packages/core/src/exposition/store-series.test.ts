import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store, snapshot } from '../store/index.ts';
import type { ParsedFamily } from './parse-strictly.support.ts';
import { OPENMETRICS, rendering } from './rendered.support.ts';

const rows = describe('counter', 'rows_total', { help: 'Rows.', unit: '{row}', labels: ['table', 'layer'] });
const depth = describe('gauge', 'queue_depth', { help: 'Depth.', labels: ['queue'] });
const duration = describe('histogram', 'run_duration_seconds', {
  help: 'Runs.',
  labels: ['name'],
  buckets: [0.5, 10],
});
const bare = describe('histogram', 'bare_bytes', { help: 'Bare.', buckets: [1] });
const build = describe('info', 'app_build_info', { help: 'Build.', labels: ['version'] });

function filled(): Store {
  const store = new Store();
  store.counter(rows).add(3, { table: 'trades', layer: 'bronze' });
  store.gauge(depth).set(2.5, { queue: 'a' });
  const runs = store.histogram(duration).bind({ name: 'sync' });
  for (const seconds of [0.25, 0.5, 7, 100]) runs.record(seconds);
  store.histogram(bare).record(1);
  store.info(build).set({ version: '1.2.3' });
  return store;
}

group('the two formats', () => {
  test('text 0.0.4', async () => {
    const { contentType, text } = await rendering({ store: filled() })();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toBe(`# HELP rows_total Rows.
# TYPE rows_total counter
rows_total{table="trades",layer="bronze"} 3
# HELP queue_depth Depth.
# TYPE queue_depth gauge
queue_depth{queue="a"} 2.5
# HELP run_duration_seconds Runs.
# TYPE run_duration_seconds histogram
run_duration_seconds_bucket{name="sync",le="0.5"} 2
run_duration_seconds_bucket{name="sync",le="10"} 3
run_duration_seconds_bucket{name="sync",le="+Inf"} 4
run_duration_seconds_sum{name="sync"} 107.75
run_duration_seconds_count{name="sync"} 4
# HELP bare_bytes Bare.
# TYPE bare_bytes histogram
bare_bytes_bucket{le="1"} 1
bare_bytes_bucket{le="+Inf"} 1
bare_bytes_sum 1
bare_bytes_count 1
# HELP app_build_info Build.
# TYPE app_build_info gauge
app_build_info{version="1.2.3"} 1
`);
  });

  test('OpenMetrics 1.0 has the same series under its own metadata', async () => {
    const render = rendering({ store: filled() });
    const { contentType, text } = await render(OPENMETRICS);
    expect(contentType).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
    );
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# HELP rows Rows.',
      '# TYPE rows counter',
      '# HELP queue_depth Depth.',
      '# TYPE queue_depth gauge',
      '# HELP run_duration_seconds Runs.',
      '# TYPE run_duration_seconds histogram',
      '# UNIT run_duration_seconds seconds',
      '# HELP bare_bytes Bare.',
      '# TYPE bare_bytes histogram',
      '# UNIT bare_bytes bytes',
      '# HELP app_build Build.',
      '# TYPE app_build info',
      '# EOF',
    ]);
    const inText = seriesLines((await render()).text);
    expect(seriesLines(text)).toEqual(inText.map((line) => line.replace(/le="(\d+)"/, 'le="$1.0"')));
  });

  test('a counter whose short name another metric has keeps its name in OpenMetrics', async () => {
    const store = new Store();
    store.counter(describe('counter', 'jobs_total', { help: 'Jobs.' }));
    store.gauge(describe('gauge', 'jobs', { help: 'Jobs now.' })).set(1);
    const { families } = await rendering({ store })(OPENMETRICS);
    expect(families.map(({ name, type }) => [name, type])).toEqual([
      ['jobs_total', 'unknown'],
      ['jobs', 'gauge'],
    ]);
  });
});

group('what is written', () => {
  test('nothing of a metric without series, nor of a gauge that is not set', async () => {
    const store = new Store();
    store.counter(rows);
    const gauge = store.gauge(depth);
    gauge.bind({ queue: 'never' });
    const render = rendering({ store });
    expect((await render()).text).toBe('');
    expect((await render(OPENMETRICS)).text).toBe('# EOF\n');
    const bound = gauge.bind({ queue: 'once' });
    bound.set(1);
    expect(seriesLines((await render()).text)).toEqual(['queue_depth{queue="once"} 1']);
    bound.unset();
    expect((await render()).text).toBe('');
    bound.set(1);
    expect(seriesLines((await render()).text)).toEqual(['queue_depth{queue="once"} 1']);
  });

  test('a removed series is gone at once, also when its handle goes on recording', async () => {
    const store = new Store();
    const counter = store.counter(rows);
    const kept = counter.bind({ table: 'a', layer: 'x' });
    const retired = counter.bind({ table: 'b', layer: 'x' });
    const render = rendering({ store });
    await render();
    counter.remove({ table: 'b', layer: 'x' });
    retired.add(5);
    kept.add(1);
    expect(seriesLines((await render()).text)).toEqual(['rows_total{table="a",layer="x"} 1']);
    counter.add(2, { table: 'b', layer: 'x' });
    expect(seriesLines((await render()).text)).toContain('rows_total{table="b",layer="x"} 2');
  });

  test('a histogram that was reset and counted to the same number is written anew', async () => {
    const store = new Store();
    const runs = store.histogram(duration).bind({ name: 'sync' });
    runs.record(0.1);
    const render = rendering({ store });
    await render();
    store.reset();
    runs.record(11);
    expect(seriesLines((await render()).text)).toContain(
      'run_duration_seconds_bucket{name="sync",le="10"} 0',
    );
  });

  test('sums beyond every number are +Inf', async () => {
    const store = new Store();
    const counter = store.counter(describe('counter', 'huge_total', { help: 'Huge.' }));
    counter.add(Number.MAX_VALUE);
    counter.add(Number.MAX_VALUE);
    expect(seriesLines((await rendering({ store })()).text)).toEqual(['huge_total +Inf']);
  });
});

test('an empty label is left out, as Prometheus would; one stays where all are empty', async () => {
  const store = new Store();
  const runs = describe('histogram', 'run_seconds', { help: 'R.', labels: ['name', 'error'], buckets: [1] });
  for (const labels of [
    { name: 'a', error: '' },
    { name: '', error: 'x' },
    { name: '', error: '' },
  ])
    store.histogram(runs).record(0.5, labels);
  const { text } = await rendering({ store })();
  expect(seriesLines(text).filter((line) => !line.includes('le="1"') && !line.includes('_sum'))).toEqual([
    'run_seconds_bucket{name="a",le="+Inf"} 1',
    'run_seconds_count{name="a"} 1',
    'run_seconds_bucket{error="x",le="+Inf"} 1',
    'run_seconds_count{error="x"} 1',
    'run_seconds_bucket{name="",le="+Inf"} 1',
    'run_seconds_count{name=""} 1',
  ]);
});

group('properties', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });

  test('any help, label values and numbers come back from the parser, in either format, however often rendered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .string({ unit: 'binary', minLength: 1 })
          .filter((help) => help.trim() !== '' && !/[\p{Surrogate}]/u.test(help)),
        fc.array(fc.tuple(text, text, fc.double({ noNaN: true, noDefaultInfinity: true })), {
          maxLength: 12,
        }),
        async (help, series) => {
          const store = new Store();
          const gauge = store.gauge(describe('gauge', 'any_value', { help, labels: ['first', 'second'] }));
          const expected = new Map<string, number>();
          const render = rendering({ store });
          for (const [first, second, value] of series) {
            gauge.set(value, { first, second });
            expected.set(JSON.stringify([wellFormed(first), wellFormed(second)]), value + 0);
            await render();
          }
          for (const accept of [undefined, OPENMETRICS]) {
            const [family] = (await render(accept)).families;
            expect(family?.help).toBe(expected.size === 0 ? undefined : help);
            expect(readValues(family)).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('after any records, removals and renders, the text says what the store holds', async () => {
    const table = fc.constantFrom('a', 'b', 'ü', '"\\\n');
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), table, value: fc.nat(1e9) }),
      fc.record({
        do: fc.constant('record' as const),
        table,
        value: fc.double({ min: 0, max: 1e9, noNaN: true }),
      }),
      fc.record({ do: fc.constant('remove' as const), table, value: fc.constant(0) }),
      fc.record({
        do: fc.constantFrom('text' as const, 'openmetrics' as const),
        table,
        value: fc.constant(0),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const store = new Store();
        const counter = store.counter(rows);
        const histogram = store.histogram(duration);
        const render = rendering({ store });
        for (const { do: what, table: name, value } of steps) {
          if (what === 'add') counter.add(value, { table: name, layer: 'x' });
          else if (what === 'record') histogram.record(value, { name });
          else if (what === 'remove') counter.remove({ table: name, layer: 'x' });
          else await render(what === 'text' ? undefined : OPENMETRICS);
        }
        const { families } = await render();
        const held = snapshot(store).flatMap(({ descriptor, series }) =>
          series.flatMap((one) =>
            'value' in one
              ? [[descriptor.name, ...one.values, one.value]]
              : [
                  [`${descriptor.name}_sum`, ...one.values, one.sum],
                  [`${descriptor.name}_count`, ...one.values, one.count],
                  [`${descriptor.name}_bucket`, ...one.values, '0.5', one.counts[0]],
                  [`${descriptor.name}_bucket`, ...one.values, '10', one.counts[0]! + one.counts[1]!],
                  [`${descriptor.name}_bucket`, ...one.values, '+Inf', one.count],
                ],
          ),
        );
        const said = families.flatMap(({ samples }) =>
          samples.map(({ name, labels, value }) => [name, ...Object.values(labels), value]),
        );
        expect(said.map((line) => JSON.stringify(line)).sort()).toEqual(
          held.map((line) => JSON.stringify(line)).sort(),
        );
      }),
      { numRuns: 60 },
    );
  });
});

function seriesLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function readValues(family: ParsedFamily | undefined): Map<string, number> {
  return new Map(
    family?.samples.map(({ labels: { first = '', second = '' }, value }) => [
      JSON.stringify([first, second]),
      value,
    ]),
  );
}

function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}
