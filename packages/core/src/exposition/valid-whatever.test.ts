import { AggregationType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { Store } from '../store/index.ts';
import { OPENMETRICS, rendering } from './rendered.support.ts';
import { linesOf, useSdk, warnings, withSdk } from './with-sdk.support.ts';

useSdk();

/** The TYPE lines of an exposition, with the names and types in the order of the text. */
const types = ({ families }: { families: readonly { name: string; type: string }[] }) =>
  families.filter(({ name }) => !name.startsWith('sightglass')).map(({ name, type }) => `${name} ${type}`);

group('A31: a metric without a usable name is left out and said', () => {
  test.each(['请求', '@', '_total', '_', '.total', '请求_total', '-.-', '   ', '🪟'])('%s', async (name) => {
    const { meter, render } = withSdk();
    meter('lib').createCounter(name).add(1);
    meter('lib').createCounter('kept').add(1);
    for (const accept of [undefined, OPENMETRICS]) {
      const rendered = await render(accept);
      expect(types(rendered)).toEqual([accept === undefined ? 'kept_total counter' : 'kept counter']);
    }
    expect(warnings.filter((warning) => warning.includes('is not exposed'))).toEqual([
      expect.stringContaining(`The metric ${name} of lib is not exposed`),
    ]);
  });

  test('of every kind, whatever its unit; one with a usable character is shown', async () => {
    const { meter, render } = withSdk();
    meter('lib').createGauge('请求').record(1);
    meter('lib').createHistogram('响应', { unit: 's' }).record(1);
    meter('lib').createCounter('请求1').add(1);
    meter('lib').createCounter('total').add(1);
    meter('lib').createGauge(':').record(1);
    expect(types(await render())).toEqual(['_1_total counter', 'total_total counter', ': gauge']);
    expect(types(await render(OPENMETRICS))).toEqual(['_1 counter', 'total counter', ': gauge']);
  });
});

group('A32: one TYPE for each name after OpenMetrics has shortened it', () => {
  test('a counter and an info of the store: the first has the short name', async () => {
    const store = new Store();
    store.counter(describe('counter', 'app_total', { help: 'A.' })).add(1);
    store.info(describe('info', 'app_info', { help: 'I.' })).set({});
    const render = rendering({ store });
    expect(types(await render(OPENMETRICS))).toEqual(['app counter', 'app_info unknown']);
    expect(types(await render())).toEqual(['app_total counter', 'app_info gauge']);
  });

  test('a counter of the SDK beside target_info', async () => {
    const { meter, render } = withSdk({ attributes: { 'service.name': 's' } });
    meter('lib').createCounter('target').add(1);
    expect(types(await render(OPENMETRICS))).toEqual(['target info', 'target_total unknown']);
  });

  test.each<[string, (meter: ReturnType<ReturnType<typeof withSdk>['meter']>) => void, string[]]>([
    [
      'a gauge of the short name, whichever comes first',
      (meter) => {
        meter.createCounter('a').add(1);
        meter.createGauge('a').record(1);
      },
      ['a_total unknown', 'a gauge'],
    ],
    [
      'a histogram of the short name',
      (meter) => {
        meter.createCounter('a').add(1);
        meter.createHistogram('a').record(1);
      },
      ['a_total unknown', 'a histogram'],
    ],
    [
      'a gauge that could be when the counter was created',
      (meter) => {
        meter.createCounter('a').add(1);
        meter.createGauge('a.created').record(1);
      },
      ['a_total unknown', 'a_created gauge'],
    ],
    [
      'a gauge that could be when the histogram was created, which is left out',
      (meter) => {
        meter.createHistogram('a').record(1);
        meter.createGauge('a_created').record(1);
      },
      ['a histogram'],
    ],
    [
      'a gauge of the name of the series',
      (meter) => {
        meter.createGauge('a_total').record(1);
        meter.createCounter('a').add(1);
      },
      ['a_total gauge'],
    ],
    [
      'a counter and a gauge with the suffix of an info',
      (meter) => {
        meter.createGauge('a_info').record(1);
        meter.createCounter('a').add(1);
      },
      ['a_info gauge', 'a counter'],
    ],
    [
      'two counters that are one after escaping',
      (meter) => {
        meter.createCounter('a.b').add(1);
        meter.createCounter('a-b').add(1);
      },
      ['a_b counter'],
    ],
    [
      'a gauge with the suffix of a histogram',
      (meter) => {
        for (const suffix of ['_bucket', '_sum', '_count']) meter.createGauge(`a${suffix}`).record(1);
        meter.createHistogram('a').record(1);
      },
      ['a_bucket gauge', 'a_sum gauge', 'a_count gauge'],
    ],
  ])('%s', async (_, record, expected) => {
    const { meter, render } = withSdk();
    record(meter('lib'));
    expect(types(await render(OPENMETRICS))).toEqual(expected);
    await render();
  });

  test('a store refuses a metric whose series have the names of another', () => {
    const store = new Store();
    store.histogram(describe('histogram', 'db_client_connection', { help: 'H.', buckets: [1] }));
    const count = describe('gauge', 'db_client_connection_count', {
      help: 'G.',
      convention: 'db.client.connection.count',
    });
    expect(() => store.gauge(count)).toThrow(/name of a series of "db_client_connection"/);
    const other = new Store();
    other.gauge(count);
    expect(() =>
      other.histogram(describe('histogram', 'db_client_connection', { help: 'H.', buckets: [1] })),
    ).toThrow(/db_client_connection_count/);
  });

  test('an info has no unit', async () => {
    const store = new Store();
    store.info(describe('info', 'uptime_seconds_info', { help: 'I.', unit: 's' })).set({});
    expect((await rendering({ store })(OPENMETRICS)).text).not.toContain('UNIT');
  });
});

test('A33: a histogram of the store with bounds below zero has no sum and no count in OpenMetrics, and both in text', async () => {
  const store = new Store();
  const histogram = store.histogram(
    describe('histogram', 'offset', { help: 'O.', labels: ['name'], buckets: [-1, 0, 1] }),
  );
  histogram.record(0.5, { name: 'ü' });
  const render = rendering({ store });
  for (let scrape = 0; scrape < 2; scrape++) {
    expect(linesOf((await render(OPENMETRICS)).text, 'offset')).toEqual([
      'offset_bucket{name="ü",le="-1.0"} 0',
      'offset_bucket{name="ü",le="0.0"} 0',
      'offset_bucket{name="ü",le="1.0"} 1',
      'offset_bucket{name="ü",le="+Inf"} 1',
    ]);
    expect(linesOf((await render()).text, 'offset')).toEqual([
      'offset_bucket{name="ü",le="-1"} 0',
      'offset_bucket{name="ü",le="0"} 0',
      'offset_bucket{name="ü",le="1"} 1',
      'offset_bucket{name="ü",le="+Inf"} 1',
      'offset_sum{name="ü"} 0.5',
      'offset_count{name="ü"} 1',
    ]);
  }
});

test('A36: OpenMetrics writes each bound as Go prints it', async () => {
  const store = new Store();
  const bounds = [
    1e-10, 1e-5, 0.0001, 0.001, 0.5, 1, 2.5, 10, 100, 86_400, 604_800, 1e6, 1_048_576, 1e10, 1e21,
  ];
  const written = ['1e-10', '1e-05', '0.0001', '0.001', '0.5', '1.0', '2.5', '10.0', '100.0', '86400.0'];
  written.push('604800.0', '1e+06', '1.048576e+06', '1e+10', '1e+21', '+Inf');
  store.histogram(describe('histogram', 'h', { help: 'H.', buckets: bounds })).record(1);
  const { meter, render } = withSdk({ store });
  meter('lib')
    .createHistogram('sdk', { advice: { explicitBucketBoundaries: bounds } })
    .record(1);
  const { families } = await render(OPENMETRICS);
  for (const name of ['h', 'sdk']) {
    const samples = families.find((family) => family.name === name)!.samples;
    expect(samples.flatMap(({ labels }) => labels.le ?? [])).toEqual(written);
  }
});

group('attribute sets that become the same labels', () => {
  const twins: [string, object, object][] = [
    ['half a surrogate', { key: '\ud800' }, { key: '\udc00' }],
    ['half a surrogate in the key', { 'k\ud800': 'x' }, { 'k\udc00': 'x' }],
    ['the character that stands for it', { key: '\ud800' }, { key: '\ufffd' }],
    ['an empty value', { key: '' }, {}],
    ['characters that a label can not have', { 'a.b': 'x' }, { a_b: 'x' }],
    ['a number and its text', { key: 1 }, { key: '1' }],
  ];
  test.each(twins)('A26: that differ by %s are one sum', async (_, one, other) => {
    const { meter, render } = withSdk();
    const lib = meter('lib');
    const counter = lib.createCounter('c');
    const level = lib.createUpDownCounter('u');
    const histogram = lib.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } });
    for (const attributes of [one, other]) {
      counter.add(2, { ...attributes });
      level.add(-2, { ...attributes });
      histogram.record(2, { ...attributes });
    }
    for (const accept of [undefined, OPENMETRICS]) {
      const { families } = await render(accept);
      const values = families
        .filter(({ name }) => !name.startsWith('sightglass'))
        .flatMap(({ samples }) => samples.map(({ name, value }) => `${name} ${value}`));
      expect(values).toEqual(['c_total 4', 'u -4', 'h_bucket 0', 'h_bucket 2', 'h_sum 4', 'h_count 2']);
    }
  });

  test('A26: of a gauge the first is shown, and that there are others is said', async () => {
    const { meter, render } = withSdk();
    const gauge = meter('lib').createGauge('g');
    gauge.record(1, { key: '\ud800' });
    gauge.record(2, { key: '\udc00' });
    expect(linesOf((await render()).text, 'g{')).toEqual(['g{key="\ufffd",otel_scope_name="lib"} 1']);
    expect(warnings).toEqual([expect.stringContaining('same labels')]);
  });

  test('A34: an attribute with the name of a label of the scope is joined with it', async () => {
    const { meter, render } = withSdk();
    const counter = meter('lib', '1.0').createCounter('c');
    counter.add(1, { 'otel.scope.name': 'a' });
    counter.add(2, { 'otel.scope.name': 'b' });
    counter.add(4, { otel_scope_name: 'c', 'otel.scope.version': '2', 'otel.scope_name': 'd' });
    expect(linesOf((await render()).text, 'c_total')).toEqual([
      'c_total{otel_scope_name="a;lib",otel_scope_version="1.0"} 1',
      'c_total{otel_scope_name="b;lib",otel_scope_version="1.0"} 2',
      'c_total{otel_scope_name="d;c;lib",otel_scope_version="2;1.0"} 4',
    ]);
    const bare = withSdk({ scopeLabels: false });
    bare.meter('lib').createCounter('c').add(1, { 'otel.scope.name': 'a' });
    expect(linesOf((await bare.render()).text, 'c_total')).toEqual(['c_total{otel_scope_name="a"} 1']);
  });

  test('A34: attributes of the resource that become one label are joined too', async () => {
    const attributes = { 'service.name': 'a', service_name: 'b', 'service.version': '', empty: [] };
    const { render } = withSdk({ attributes, resourceAttributes: Object.keys(attributes) });
    expect(linesOf((await render()).text, 'target_info')).toEqual([
      'target_info{empty="[]",service_name="a;b"} 1',
    ]);
  });
});

const POINT = { startTime: [0, 0] as [number, number], endTime: [0, 0] as [number, number] };

/** What a producer that is not the SDK may give. */
function made(metrics: readonly object[], resource: object = { attributes: {} }) {
  const data = { resource, scopeMetrics: [{ scope: { name: 'lib' }, metrics }] };
  return rendering({ store: new Store(), sdk: async () => data as unknown as OtelResourceMetrics });
}

const sum = (name: unknown, values: readonly unknown[], more: object = {}) => ({
  descriptor: { name, description: '', unit: '', ...more },
  aggregationTemporality: 1,
  dataPointType: 3,
  isMonotonic: true,
  dataPoints: values.map((value, i) => ({ ...POINT, attributes: { i }, value })),
});
const histogram = (boundaries: unknown, counts: unknown, rest: object) => ({
  descriptor: { name: 'h', description: '', unit: '' },
  aggregationTemporality: 1,
  dataPointType: 0,
  dataPoints: [{ ...POINT, attributes: {}, value: { buckets: { boundaries, counts }, ...rest } }],
});

group('what no metric should hold costs itself, and is said', () => {
  test.each<[string, object]>([
    ['a counter that is negative', sum('x', [-1])],
    ['a counter that is no number', sum('x', [Number.NaN])],
    ['a counter that is a text', sum('x', ['7'])],
    ['bounds that do not ascend', histogram([2, 1], [0, 0, 1], { sum: 1, count: 1 })],
    ['a bound that is no number', histogram([1, Number.NaN], [0, 0, 1], { sum: 1, count: 1 })],
    ['a bound that is a text', histogram(['1'], [0, 1], { sum: 1, count: 1 })],
    ['counts that are negative', histogram([1], [-1, 2], { sum: 1, count: 1 })],
    ['counts that are too few', histogram([1, 2], [1], { sum: 1, count: 1 })],
    [
      'a histogram without buckets',
      { ...histogram([], [], {}), dataPoints: [{ ...POINT, attributes: {}, value: {} }] },
    ],
    ['points without attributes', { ...sum('x', []), dataPoints: [{ ...POINT, value: 1 }] }],
    ['no points', { ...sum('x', []), dataPoints: undefined }],
    ['a name that is no text', sum(7, [1])],
    ['no descriptor', { ...sum('x', [1]), descriptor: undefined }],
    ['nothing', null as never],
  ])('%s', async (_, broken) => {
    const render = made([broken, sum('kept', [1])]);
    for (const accept of [undefined, OPENMETRICS]) {
      const { text, families } = await render(accept);
      expect(linesOf(text, 'kept_total')).toEqual(['kept_total{i="0",otel_scope_name="lib"} 1']);
      expect(families.filter(({ name }) => !/^(sightglass|kept)/.test(name))).toEqual([]);
    }
    expect(warnings).toHaveLength(1);
  });

  test('scopes that are none', async () => {
    const store = new Store();
    const convention = 'x.y';
    store.counter(describe('counter', 'ours_total', { help: 'O.', convention })).add(1);
    const scopeMetrics = [null, {}, { scope: {} }, { metrics: [null, sum('kept', [1])] }, { metrics: 7 }];
    const sdk = async () =>
      ({ resource: { attributes: {} }, scopeMetrics }) as unknown as OtelResourceMetrics;
    const { text } = await rendering({ store, sdk })(OPENMETRICS);
    expect(linesOf(text, 'kept_total')).toEqual(['kept_total{i="0"} 1']);
    expect(linesOf(text, 'ours_total')).toEqual(['ours_total 1']);
  });

  test('a help and a unit that are no texts, and attributes of the resource that have none', async () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const attributes = { cyclic, 'service.name': 's', big: 1n };
    const data = {
      resource: { attributes },
      scopeMetrics: [{ scope: { name: 'lib' }, metrics: [sum('x', [1], { description: 7, unit: null })] }],
    };
    const render = rendering({
      store: new Store(),
      sdk: async () => data as unknown as OtelResourceMetrics,
      resourceAttributes: Object.keys(attributes),
    });
    const { text } = await render();
    expect(text).toContain('# HELP x_total 7\n');
    expect(linesOf(text, 'target_info')).toEqual(['target_info{big="1",service_name="s"} 1']);
  });
});

test('bounds that come twice, are infinite or zero below, are written once', async () => {
  const { families } = await made([
    histogram([-0, 0, 1, 1, Infinity], [1, 1, 1, 1, 1, 1], { sum: 6, count: 99 }),
  ])(OPENMETRICS);
  expect(
    families
      .find(({ name }) => name === 'h')!
      .samples.map(({ name, labels, value }) => [name, labels.le, value]),
  ).toEqual([
    ['h_bucket', '0.0', 2],
    ['h_bucket', '1.0', 4],
    ['h_bucket', '+Inf', 6],
    ['h_sum', undefined, 6],
    ['h_count', undefined, 6],
  ]);
});

test('B13: units, names and attributes that are names of Object.prototype are as any other', async () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const store = new Store();
  store
    .counter(describe('counter', 'constructor_total', { help: 'C.', labels: ['constructor', 'toString'] }))
    .add(1, {
      constructor: 'a',
      toString: 'b',
    } as never);
  const { meter, render } = withSdk({ store, scopeLabels: false });
  for (const name of names) {
    meter('lib')
      .createGauge(`a_${name}`, { unit: name })
      .record(1, { [name]: name });
    meter('lib')
      .createCounter(name, { unit: `{${name}}/${name}` })
      .add(1, { [`${name}.x`]: 'x' });
    meter(name, name).createGauge(`b_${name}`).record(1);
  }
  for (const accept of [undefined, OPENMETRICS]) {
    const { text, families } = await render(accept);
    expect(linesOf(text, 'constructor_total')).toContain('constructor_total{constructor="a",toString="b"} 1');
    for (const start of ['a_', 'b_'])
      expect(families.filter(({ name }) => name.startsWith(start))).toHaveLength(names.length);
    expect(text).toContain('a_toString{toString="toString"} 1');
  }
  // The SDK itself warns of names that begin with an underscore.
  expect(warnings.filter((warning) => !warning.startsWith('Invalid metric name'))).toEqual([]);
});

test('whatever an SDK is given, both formats are valid', async () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'a',
      'a.b',
      'a_b',
      'a_total',
      'a_info',
      'a_bucket',
      'a_count',
      'a_sum',
      'a_created',
      'target',
      '_total',
    ),
    fc.constantFrom('le', 'quantile', '__proto__', 'constructor', 'otel.scope.name', '\ud800', '\udc00', ''),
  );
  const value = fc.oneof(fc.double(), fc.constantFrom(-1, 0, -0, Infinity, Number.NaN));
  const unit = fc.oneof(odd, fc.constantFrom('s', 'By/s', '1', '{x}', '%', 'toString'));
  const one = fc.record({
    kind: fc.constantFrom('counter', 'gauge', 'histogram', 'level'),
    scope: fc.constantFrom('one', 'two', '', '\ud800'),
    name: odd,
    unit,
    description: odd,
    records: fc.array(
      fc.tuple(
        value,
        fc.dictionary(odd, fc.oneof(odd, fc.nat(), fc.array(odd, { maxLength: 2 })), { maxKeys: 3 }),
      ),
      {
        maxLength: 4,
      },
    ),
    bounds: fc.uniqueArray(fc.double({ noNaN: true }), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 8 }), fc.boolean(), async (instruments, scopeLabels) => {
      const store = new Store();
      store.counter(describe('counter', 'a_total', { help: 'A.', labels: ['a_b'] })).add(1, { a_b: 'x' });
      store.info(describe('info', 'app_info', { help: 'I.' })).set({});
      const { meter, render } = withSdk({
        store,
        scopeLabels,
        attributes: { 'service.name': '"\n\ud800' },
        views: [{ instrumentName: 'level*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
      });
      for (const { kind, scope, name, unit, description, records, bounds } of instruments) {
        const lib = meter(scope);
        const options = { unit, description, advice: { explicitBucketBoundaries: bounds } };
        const record = {
          counter: () => lib.createCounter(name, options),
          level: () => lib.createUpDownCounter(name, options),
          gauge: () => ({ add: lib.createGauge(name, options).record.bind(lib.createGauge(name, options)) }),
          histogram: () => ({
            add: lib.createHistogram(name, options).record.bind(lib.createHistogram(name, options)),
          }),
        }[kind]!();
        for (const [number, attributes] of records) record.add(number, attributes as never);
      }
      // The parser refuses what is not valid.
      for (const accept of [undefined, OPENMETRICS, undefined]) {
        const { text } = await render(accept);
        expect(text).toMatch(/^a_total\{a_b="x"\} 1$/m);
      }
    }),
    { numRuns: 150 },
  );
});
