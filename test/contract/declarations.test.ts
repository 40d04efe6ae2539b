import { counter, DeclarationError, gauge, histogram } from '@sightglass/core';
import * as pipeline from '@sightglass/pipeline';
import { declareJob, declareSync } from '@sightglass/scheduler';
import { declareQueue } from '@sightglass/worker';
import { expect, test } from 'vitest';

/* A declaration that can't work says which of many it is, and each thing that is wrong with it, whatever kinds of values it was given. */

const pool = { query: async () => [] };
const measured = gauge('declarations_test_value', { help: 'A value.', labels: ['of'] });
const GENERIC = 'something in it is of the wrong type or can not be read';

type Declare = (options: never) => unknown;
const OF: readonly [what: string, declare: Declare, sound: object][] = [
  ['The job "nightly"', declareJob as Declare, { name: 'nightly', intervalSeconds: 60 }],
  ['The sync "nightly"', declareSync as Declare, { name: 'nightly', intervalSeconds: 60, sources: ['a'] }],
  ['The queue "nightly"', declareQueue as Declare, { name: 'nightly' }],
  ['The pipeline "nightly"', pipeline.declarePipeline as Declare, { name: 'nightly' }],
  ['The data set "nightly"', pipeline.declareDataset as Declare, { name: 'nightly' }],
  [
    'The offload "nightly"',
    pipeline.declareOffload as Declare,
    { layer: 'nightly', tables: ['a'], intervalSeconds: 60 },
  ],
  [
    'The DAG "nightly"',
    pipeline.declareDag as Declare,
    { id: 'nightly', intervalSeconds: 60, tasks: { a: {} } },
  ],
  ['The DAG scheduler "nightly"', pipeline.declareDagScheduler as Declare, { name: 'nightly' }],
  ['The statistic "nightly"', pipeline.declareStatistic as Declare, { name: 'nightly', kind: 'volume' }],
  [
    'The SQL collector "nightly"',
    pipeline.sqlCollector as Declare,
    { name: 'nightly', pool, queries: { a: { sql: 'select', sets: measured } } },
  ],
  ['The gauge "nightly_value"', (options) => gauge('nightly_value', options), { help: 'A value.' }],
  ['The counter "nightly_total"', (options) => counter('nightly_total', options), { help: 'A value.' }],
  [
    'The histogram "nightly_seconds"',
    (options) => histogram('nightly_seconds', options),
    { help: 'A value.', buckets: [1] },
  ],
];

const failure = (declare: Declare, options: object): DeclarationError => {
  try {
    declare(options as never);
  } catch (error) {
    if (error instanceof DeclarationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const ODD: readonly unknown[] = [
  null,
  5n,
  Symbol('odd'),
  -1,
  {},
  [null],
  [{}],
  { a: null },
  Object.create(null),
  () => {},
  new Date(0),
];

test.each(OF)('%s names itself and all that is wrong, of whatever kind it is', (what, declare, sound) => {
  const unknown = failure(declare, { ...sound, nosuch: 1 });
  expect(unknown.message).toContain(`${what} can't be declared:`);
  const options = /known are (.+)/.exec(unknown.message)![1]!.split(', ');
  const vague = options.flatMap((option) =>
    ODD.flatMap((odd) => {
      try {
        declare({ ...sound, [option]: odd, nosuch: 1 } as never);
        return [`${option} alone`];
      } catch (error) {
        const { problems } = error as DeclarationError;
        return problems?.some((problem) => problem.includes('nosuch')) && !problems.includes(GENERIC)
          ? []
          : [`${option}: ${String(odd?.constructor?.name)} ${problems}`];
      }
    }),
  );
  expect(vague).toEqual([]);
});

test.each(OF.slice(0, 10))('%s has no name that no label can have', (_, declare, sound) => {
  const options = sound as { readonly name?: string; readonly id?: string };
  const key = ['id', 'layer'].find((each) => each in sound) ?? 'name';
  const said = `${key} must have no name of more than 256 characters`;
  for (const long of ['x'.repeat(257), '\\'.repeat(100_000)]) {
    const { problems, message } = failure(declare, { ...options, [key]: long });
    expect(problems).toEqual([expect.stringContaining(said)]);
    expect(message.length).toBeLessThan(1_000);
  }
});

test('a list of names is looked through, and an object by its names', () => {
  const long = 'x'.repeat(257);
  const jobs = failure(declareSync as Declare, {
    name: 'a',
    intervalSeconds: 60,
    sources: ['a', long],
    errorTypes: [long],
  });
  expect(jobs.problems.map((problem) => problem.split(' ')[0])).toEqual(['errorTypes', 'sources']);
  const dag = failure(pipeline.declareDag as Declare, {
    id: 'a',
    intervalSeconds: 60,
    tasks: { [long]: {} },
  });
  expect(dag.problems).toEqual([expect.stringContaining('tasks must have no name')]);
});

test.each<[string, object, string]>([
  ['null for a gauge', { sets: null }, 'sets of the query "a" must be a gauge'],
  [
    'a descriptor for a gauge',
    { sets: { descriptor: { kind: 'gauge', labels: [] } } },
    'sets of the query "a" must be a gauge',
  ],
  [
    'labels that are none',
    { sets: { descriptor: { kind: 'gauge', labels: [null] } } },
    'sets of the query "a" must be a gauge',
  ],
  ['no text of a query', { sql: ' \n', sets: measured }, 'the query "a" needs sql'],
  [
    'a wrong name beside a key',
    {
      adds: counter('declarations_test_total', { help: 'A.' }),
      since: { column: 'id', start: 'select', whenempty: 5 },
    },
    'did you mean whenEmpty?',
  ],
])('a query of a collector is refused for %s, beside what else is wrong', (_, query, said) => {
  const options = { name: 'a', pool, queries: { a: { sql: 'select', ...query } }, intervalSeconds: -1 };
  const { problems } = failure(pipeline.sqlCollector as Declare, options);
  expect(problems.join()).toContain(said);
  expect(problems.join()).toContain('intervalSeconds must be');
});

test('the health of data is refused with all that is wrong with it', () => {
  const { problems } = failure(pipeline.dataHealth as Declare, {
    pool,
    newest: '',
    timeoutSeconds: Symbol('s'),
    cacheSeconds: 5n,
  });
  expect(problems).toHaveLength(3);
});
