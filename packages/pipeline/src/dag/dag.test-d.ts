import { expectTypeOf, test } from 'vitest';
import {
  type CronDag,
  type Dag,
  dagRun,
  dagTask,
  declareDag,
  type IntervalDag,
  type TaskStatus,
} from './index.ts';

const dag = declareDag({
  id: 'typetest',
  intervalSeconds: 60,
  tasks: { extract: {}, load: { after: ['extract'] } },
});

test('a DAG knows its tasks', () => {
  expectTypeOf(dag).toEqualTypeOf<IntervalDag<'extract' | 'load'>>();
  expectTypeOf(dag).toExtend<Dag<'extract' | 'load'>>();
  // @ts-expect-error no such task to come after
  const after = () => declareDag({ id: 'x', intervalSeconds: 60, tasks: { a: { after: ['b'] } } });
  // @ts-expect-error neither a schedule nor an interval
  const never = () => declareDag({ id: 'x', tasks: { a: {} } });
  // @ts-expect-error both
  const both = () => declareDag({ id: 'x', schedule: '@daily', intervalSeconds: 60, tasks: { a: {} } });
  // @ts-expect-error misspelt
  const misspelt = () => declareDag({ id: 'x', intervalSeconds: 60, slaSecs: 1, tasks: { a: {} } });
  expectTypeOf([after, never, both, misspelt]).toBeArray();
});

test('what a scheduler asks for is there where a schedule was declared', () => {
  const nightly = declareDag({ id: 'types-of-a-night', schedule: '0 2 * * *', tasks: { extract: {} } });
  expectTypeOf(nightly).toEqualTypeOf<CronDag<'extract'>>();
  expectTypeOf(nightly.schedule).toBeString();
  expectTypeOf(nightly.timezone).toBeString();
  expectTypeOf(dag.schedule).toBeUndefined();
  nightly.retire();
});

test('a run has the tasks of its DAG, and no others', () => {
  const run = dagRun(dag, async (run) => {
    expectTypeOf(run.statusOf('load')).toEqualTypeOf<TaskStatus | undefined>();
    // @ts-expect-error no such task
    void dagTask(run, 'transform', () => {}).catch(() => {});
    return dagTask(run, 'extract', () => 3);
  });
  expectTypeOf(run).resolves.toEqualTypeOf<number | undefined>();
  expectTypeOf(dagRun(dag, { extract: () => {}, load: () => {} })).resolves.toBeVoid();
  // @ts-expect-error a task is missing
  const missing = () => dagRun(dag, { extract: () => {} });
  // @ts-expect-error no such trigger
  const trigger = () => dagRun(dag, () => {}, { trigger: 'cron' });
  expectTypeOf([missing, trigger]).toBeArray();
});
