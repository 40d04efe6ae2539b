import { expect, describe as group, test } from 'vitest';
import { DeclarationError, describe, mergeOf, sameDescriptor } from './index.ts';

/** The problems that a declaration is refused for. */
function problems(
  ...[kind, name, options]: [Parameters<typeof describe>[0], unknown, unknown]
): readonly string[] {
  try {
    describe(kind, name as string, options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return (error as DeclarationError).problems;
  }
  return [];
}

group('a sound declaration', () => {
  test('becomes frozen data with its unit and its bound', () => {
    const buckets = [1, 5];
    const descriptor = describe('histogram', 'run_duration_seconds', {
      help: 'Runs.',
      labels: { name: String, status: ['ok', 'failed'] },
      buckets,
    });
    buckets.push(99);
    expect(descriptor).toEqual({
      kind: 'histogram',
      name: 'run_duration_seconds',
      help: 'Runs.',
      unit: 's',
      labels: [{ name: 'name' }, { name: 'status', values: ['ok', 'failed'] }],
      buckets: [1, 5],
      maxSeries: 2_000,
    });
    expect(
      [descriptor, descriptor.labels, descriptor.buckets, descriptor.labels[1]?.values].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  test.each([
    ['counter', 'cpu_seconds_total', 's'],
    ['counter', 'moved_bytes_total', 'By'],
    ['gauge', 'size_bytes', 'By'],
    ['gauge', 'used_ratio', undefined],
    ['counter', 'rows_total', undefined],
  ] as const)('a %s named %s has the unit %s', (kind, name, unit) => {
    expect(describe(kind, name, { help: 'Help.' }).unit).toBe(unit);
  });

  test('differs from another in everything that a reader could notice', () => {
    const base = describe('gauge', 'g', { help: 'G.', labels: ['a', 'b'] });
    expect(sameDescriptor(base, describe('gauge', 'g', { help: 'G.', labels: ['a', 'b'] }))).toBe(true);
    for (const other of [
      { help: 'H.', labels: ['a', 'b'] },
      { help: 'G.', labels: ['b', 'a'] },
      { help: 'G.', labels: ['a', 'b'], unit: '{x}' },
    ]) {
      expect(sameDescriptor(base, describe('gauge', 'g', other))).toBe(false);
    }
  });
});

test('a gauge that the conventions call a count may be one', () => {
  const { convention, unit } = describe('gauge', 'db_client_connection_count', {
    help: 'H.',
    unit: '{connection}',
    convention: 'db.client.connection.count',
  });
  expect({ convention, unit }).toEqual({ convention: 'db.client.connection.count', unit: '{connection}' });
});

group('a declaration that cannot work', () => {
  test('is refused with every problem at once', () => {
    const found = problems('counter', 'duration_ms', {
      help: ' ',
      labels: ['job', 'a b', 'x', 'x'],
      maxSeries: 0,
      unit: 's',
      buckets: [1],
    });
    expect(found).toHaveLength(9);
    expect(found.join('\n')).toMatch(
      /_total.*base unit: _seconds.*help.*maxSeries.*_seconds.*"job".*"a b".*twice.*no buckets/s,
    );
  });

  test.each<[string, Parameters<typeof problems>, RegExp]>([
    ['a name with a dot', ['gauge', 'a.b', { help: 'H.' }], /must match/],
    ['no name', ['gauge', undefined, { help: 'H.' }], /must match/],
    ['no options', ['gauge', 'g', undefined], /options must be an object/],
    ['a counter without _total', ['counter', 'rows', { help: 'H.' }], /must end in _total/],
    ['an info without _info', ['info', 'build', { help: 'H.' }], /must end in _info/],
    [
      'a gauge with a suffix of another kind',
      ['gauge', 'rows_total', { help: 'H.' }],
      /must not end in _total/,
    ],
    [
      'a histogram whose name is a series of another',
      ['histogram', 'h_bucket', { help: 'H.', buckets: [1] }],
      /must not end in _bucket/,
    ],
    [
      'a gauge of counts that no convention names',
      ['gauge', 'rows_count', { help: 'H.' }],
      /must not end in _count/,
    ],
    [
      'a convention that is not its dotted name',
      ['gauge', 'g', { help: 'H.', convention: 'http_server' }],
      /must be a dotted name/,
    ],
    ['minutes', ['gauge', 'lag_minutes', { help: 'H.' }], /use the base unit: _seconds/],
    ['percent', ['gauge', 'used_percent', { help: 'H.' }], /_ratio/],
    ['the unit 1', ['gauge', 'g', { help: 'H.', unit: '1' }], /must not be "1"/],
    ['a unit that the name does not state', ['gauge', 'g', { help: 'H.', unit: 'By' }], /must say _bytes/],
    ['a unit of no kind', ['gauge', 'g', { help: 'H.', unit: 'rows' }], /annotation/],
    ['a label of Prometheus', ['gauge', 'g', { help: 'H.', labels: ['instance'] }], /belongs to Prometheus/],
    [
      'the label of the buckets',
      ['histogram', 'h', { help: 'H.', labels: ['le'], buckets: [1] }],
      /belongs to Prometheus/,
    ],
    ['an empty set', ['gauge', 'g', { help: 'H.', labels: { a: [] } }], /empty set/],
    ['a value twice', ['gauge', 'g', { help: 'H.', labels: { a: ['x', 'x'] } }], /twice/],
    ['an empty value', ['gauge', 'g', { help: 'H.', labels: { a: ['', 'x'] } }], /non-empty/],
    ['no buckets', ['histogram', 'h', { help: 'H.' }], /needs buckets/],
    ['buckets that do not ascend', ['histogram', 'h', { help: 'H.', buckets: [1, 1] }], /ascend/],
    [
      'a bucket of +Inf',
      ['histogram', 'h', { help: 'H.', buckets: [1, Number.POSITIVE_INFINITY] }],
      /finite/,
    ],
  ])('%s', (_, declaration, problem) => {
    expect(problems(...declaration).join('\n')).toMatch(problem);
  });
});

group('what names of Object.prototype do', () => {
  test('B13: metrics and labels of these names are as any other', () => {
    const names = Object.getOwnPropertyNames(Object.prototype).filter((name) => /^[a-z]/i.test(name));
    for (const name of names) {
      expect(describe('gauge', name, { help: 'H.', labels: [name] }).labels).toEqual([{ name }]);
      expect(describe('counter', `${name}_total`, { help: 'H.', labels: { [name]: [name] } }).name).toBe(
        `${name}_total`,
      );
      expect(problems('gauge', 'g', { help: 'H.', unit: name })).toEqual([
        expect.stringContaining('the unit'),
      ]);
    }
  });

  test('B24: a property that somebody put there is no option of a declaration', () => {
    const polluted = ['unit', 'buckets', 'labels', 'maxSeries', 'convention', 'values'];
    const prototype = Object.prototype as { [name: string]: unknown };
    try {
      for (const name of polluted) prototype[name] = 7;
      const metric = describe('counter', 'rows_total', { help: 'Rows.', labels: { table: String } });
      expect(JSON.stringify(metric)).toBe(
        '{"kind":"counter","name":"rows_total","help":"Rows.","labels":[{"name":"table"}],"maxSeries":2000}',
      );
      expect([metric.unit, metric.buckets, metric.convention, metric.labels[0]?.values]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    } finally {
      for (const name of polluted) delete prototype[name];
    }
  });
});

group('B8: closed sets whose product is large', () => {
  const values = Array.from({ length: 100 }, (_, i) => `v${i}`);
  const labels = { a: values, b: values, c: values };

  test('are refused, with what to do', () => {
    expect(problems('counter', 'c_total', { help: 'C.', labels })).toEqual([
      'the closed labels a (100) × b (100) × c (100) make 1000000 series at once, which is more than maxSeries (2000); leave the largest open, or raise maxSeries',
    ]);
    expect(problems('gauge', 'g', { help: 'G.', labels: { a: values, b: values, d: String } })).toHaveLength(
      1,
    );
  });

  test('are taken where so many series are asked for', () => {
    const some = { a: values, b: values };
    expect(problems('counter', 'c_total', { help: 'C.', labels: some, maxSeries: 10_000 })).toEqual([]);
    expect(problems('counter', 'c_total', { help: 'C.', labels: some, maxSeries: 9_999 })).toHaveLength(1);
  });
});

test('A25: a metric that is data alone is its own descriptor, and tells of its series', () => {
  const metric = describe('histogram', 'h_seconds', { help: 'H.', labels: ['a'], buckets: [1] });
  expect(metric.descriptor).toBe(metric);
  expect(metric.where({ a: 'x' })).toEqual({ descriptor: metric, matchers: { a: 'x' } });
  expect(Object.keys(metric)).toEqual(['kind', 'name', 'help', 'unit', 'labels', 'buckets', 'maxSeries']);
});

test.each<[string, object]>([
  ['"label" is no option', { help: 'X.', label: ['table'] }],
  ['labels must be a list of names', { help: 'X.', labels: new Map([['table', String]]) }],
  ['labels must be a list of names', { help: 'X.', labels: new Set(['table']) }],
  ['labels must be a list of names', { help: 'X.', labels: 'table' }],
  ['the values of "status" must be listed', { help: 'X.', labels: { status: Number } }],
  ['the values of "status" must be listed', { help: 'X.', labels: { status: 'ok' } }],
])('A14: what plain JavaScript gives in a wrong form is refused: %s', (problem, options) => {
  expect(() => describe('counter', 'odd_total', options as never)).toThrow(problem);
});

group('how a gauge is merged', () => {
  const ended = describe('gauge', 'ended_timestamp_seconds', { help: 'E.' });

  test('is told by its name where the declaration does not say', () => {
    expect(mergeOf(ended)).toBe('latest');
    expect(mergeOf(describe('gauge', 'depth', { help: 'D.' }))).toBe('sum');
    expect(mergeOf(describe('info', 'build_info', { help: 'B.' }))).toBe('max');
    expect(mergeOf(describe('gauge', 'begun_timestamp_seconds', { help: 'B.', merge: 'min' }))).toBe('min');
  });

  test.each([ended, ended.name])('may be by another gauge, which is named from then on', (newestBy) => {
    const failures = describe('gauge', 'failures', { help: 'F.', merge: { newestBy } });
    expect(failures.merge).toEqual({ newestBy: 'ended_timestamp_seconds' });
  });

  test.each<[object, string]>([
    [
      { merge: 'median' },
      'merge must be one of sum, max, min, latest, newest, each, own, or { newestBy: gauge }',
    ],
    [{ merge: { newestBy: 7 } }, 'or { newestBy: gauge }'],
    [{ merge: {} }, 'or { newestBy: gauge }'],
  ])('%j is refused', (options, problem) => {
    expect(() => describe('gauge', 'depth', { help: 'D.', ...options } as never)).toThrow(problem);
  });

  test('is nothing that a counter or a histogram says', () => {
    expect(() => describe('counter', 'c_total', { help: 'C.', merge: 'min' })).toThrow('merge is for gauges');
    expect(() => describe('histogram', 'h', { help: 'H.', buckets: [1], merge: 'max' })).toThrow(
      'merge is for gauges',
    );
  });

  test('may be the highest of counters, which all read from one place', () => {
    expect(mergeOf(describe('counter', 'c_total', { help: 'C.', merge: 'max' }))).toBe('max');
  });
});
