import { DeclarationError } from '@sightglass/core';
import { readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { lasting, pass, runsOf, useStoppedTime } from './dag.support.ts';
import { dagRun, declareDag, declareDagScheduler, retireDag, stopDags } from './index.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

const DAILY = { schedule: '0 2 * * *', timezone: 'UTC' } as const;

/** The lines of the exposition that are about the DAG. */
const linesOf = async (id: string) =>
  (await readExposition()).split('\n').filter((line) => line.includes(`dag_id="${id}"`));

const problemsOf = (options: object): readonly string[] => {
  try {
    declareDag(options as never);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return (error as DeclarationError).problems;
  }
};

describe('a declaration', () => {
  test('exports what it promises and when it runs next', () => {
    const dag = declareDag({
      id: 'facts',
      ...DAILY,
      slaSeconds: 7_200,
      owner: 'data',
      pages: false,
      tasks: { a: { durationObjectiveSeconds: 60 }, b: { after: ['a'] } },
    });
    const labels = { dag_id: 'facts' };
    expect(readMetric(metrics.dagInterval, labels)).toBe(86_400);
    expect(readMetric(metrics.dagSla, labels)).toBe(7_200);
    expect(readMetric(metrics.dagFreshnessObjective, labels)).toBe(2 * (86_400 + 7_200));
    expect(readMetric(metrics.dagSuccessObjective, labels)).toBe(0.95);
    expect(readMetric(metrics.dagNextRun, labels)).toBe(START_SECONDS + 2 * 3_600);
    expect(readMetric(metrics.dagOwner, { ...labels, owner: 'data' })).toBe(1);
    expect(readMetric(metrics.dagPages, labels)).toBe(0);
    expect(readMetric(metrics.dagTaskDurationObjective, { ...labels, task_id: 'a' })).toBe(60);
    expect(readMetric(metrics.dagTaskUpstream, { ...labels, task_id: 'b', upstream_task_id: 'a' })).toBe(1);
    expect(dag).toMatchObject({ id: 'facts', tasks: ['a', 'b'], slaSeconds: 7_200, enabled: true });
    expect([dag.schedule, dag.timezone]).toEqual(['0 2 * * *', 'UTC']);
    expect(dag.nextRun).toEqual(new Date('2026-01-01T02:00:00Z'));
  });

  test('gives birth to what can become of its runs at zero, with the SLA as one more bound of how long they take', async () => {
    declareDag({ id: 'born', ...DAILY, slaSeconds: 4_321, timeoutSeconds: 9_000, tasks: { a: {} } });
    for (const status of ['success', 'failed', 'timeout', 'missed', 'skipped_overlap'] as const)
      expect([status, readMetric(metrics.dagRuns, { dag_id: 'born', status })]).toEqual([status, 0]);
    expect(await readExposition()).toContain(
      'dag_run_duration_seconds_bucket{dag_id="born",status="success",le="4321"} 0\n',
    );
  });

  test('lists everything that is wrong with it', () => {
    expect(
      problemsOf({
        id: '',
        schedule: '0 2 * *',
        timezone: 'UTC',
        slaSecs: 1,
        slaSeconds: -1,
        concurrency: 0.5,
        overlap: 'queue',
        scheduler: 'there',
        tasks: { a: { after: ['z'], retries: -1 }, b: { afterwards: [] }, c: { timeoutSeconds: 0 } },
      }),
    ).toEqual([
      'id must be a non-empty string',
      expect.stringContaining('0 2 * *'),
      'task "a" comes after "z", which is no task of the DAG',
      'task "a": retries must be a whole number from 0',
      expect.stringContaining('"afterwards" is no option of task "b"'),
      'task "c": timeoutSeconds must be a number above 0',
      'slaSeconds must be a number above 0',
      'concurrency must be a whole number from 1',
      "overlap must be 'allow' or 'skip'",
      "scheduler must be 'here' or 'elsewhere'",
      expect.stringContaining('did you mean slaSeconds?'),
    ]);
    expect(problemsOf({ id: 'x', ...DAILY, tasks: {} })).toEqual(['tasks must name at least one task']);
    expect(problemsOf({ id: 'x', tasks: { a: {} } })).toEqual([
      'either schedule or intervalSeconds must say when it starts',
    ]);
    const circle = { a: { after: ['b'] }, b: { after: ['a'] }, c: {} };
    expect(problemsOf({ id: 'x', ...DAILY, tasks: circle })).toEqual([
      'tasks wait for each other in a circle: a, b',
    ]);
  });

  test('of the same id replaces the former, and ends the series of tasks that are gone', async () => {
    declareDag({ id: 'twice', ...DAILY, slaSeconds: 60, tasks: { a: {}, b: {} } });
    declareDag({ id: 'twice', intervalSeconds: 600, tasks: { a: {} } });
    const lines = await linesOf('twice');
    expect(lines.filter((line) => line.includes('task_id="b"'))).toEqual([]);
    expect(readMetric(metrics.dagSla, { dag_id: 'twice' })).toBeUndefined();
    expect(readMetric(metrics.dagInterval, { dag_id: 'twice' })).toBe(600);
  });

  test('takes up the last success from where the host keeps it', async () => {
    declareDag({ id: 'kept', ...DAILY, lastSuccess: async () => new Date(START), tasks: { a: {} } });
    await pass(0);
    expect(readMetric(metrics.dagLastSuccess, { dag_id: 'kept' })).toBe(START_SECONDS);
  });
});

test('a DAG of ten tasks costs fewer than 270 series, after its declaration and after a run', async () => {
  const ids = Array.from({ length: 10 }, (_, i) => `t${i}`);
  const tasks = Object.fromEntries(
    ids.map((id, i) => [
      id,
      { retries: 1, timeoutSeconds: 60, durationObjectiveSeconds: 45, after: i === 0 ? [] : [ids[i - 1]!] },
    ]),
  );
  const dag = declareDag({
    id: 'ten',
    ...DAILY,
    slaSeconds: 5_000,
    timeoutSeconds: 9_000,
    overlap: 'skip',
    owner: 'data',
    pages: false,
    tasks,
  });
  expect((await linesOf('ten')).length).toBeLessThan(270);
  const work = Object.fromEntries(ids.map((id) => [id, () => {}]));
  await dagRun(dag, work);
  const lines = (await linesOf('ten')).length;
  expect(lines).toBeLessThan(270);
  expect(lines).toBeGreaterThan(240);
});

describe('whether it is meant to run', () => {
  test('a start by the schedule does nothing while it is disabled, and one by hand does', async () => {
    const dag = declareDag({ id: 'switched', intervalSeconds: 60, tasks: { a: {} } });
    dag.disable();
    await pass(600);
    expect(await dagRun(dag, () => 'ran')).toBeUndefined();
    expect(await dagRun(dag, () => 'ran', { trigger: 'manual' })).toBe('ran');
    expect(runsOf('switched')).toEqual({ success: 1 });
    expect(readMetric(metrics.dagNextRun, { dag_id: 'switched' })).toBeUndefined();
    dag.enable();
    expect(dag.nextRun).toEqual(new Date(START_SECONDS * 1000 + 660_000));
  });

  test('starts that do not come are missed, unless the scheduler is elsewhere', async () => {
    declareDag({ id: 'here', intervalSeconds: 60, tasks: { a: {} } });
    declareDag({ id: 'elsewhere', intervalSeconds: 60, scheduler: 'elsewhere', tasks: { a: {} } });
    await pass(91);
    expect([runsOf('here'), runsOf('elsewhere')]).toEqual([{ missed: 1 }, {}]);
  });

  test('a start while a run is under way is skipped where the declaration says so', async () => {
    const dag = declareDag({ id: 'overlaps', intervalSeconds: 60, overlap: 'skip', tasks: { a: {} } });
    const first = dagRun(dag, { a: lasting(30) });
    await pass(1);
    expect(await dagRun(dag, () => 'ran', { trigger: 'manual' })).toBeUndefined();
    await pass(29);
    await first;
    expect(runsOf('overlaps')).toEqual({ success: 1, skipped_overlap: 1 });
  });

  test('a retired DAG exports that it is, and nothing else, whatever a run still does', async () => {
    const dag = declareDag({ id: 'retired', intervalSeconds: 60, slaSeconds: 10, tasks: { a: {} } });
    const run = dagRun(dag, { a: lasting(30) });
    await pass(1);
    retireDag('retired');
    await pass(60);
    await run;
    expect(await linesOf('retired')).toEqual(['dag_lifecycle_state{dag_id="retired",state="retired"} 1']);
    expect(await dagRun(dag, () => 'ran')).toBeUndefined();
    retireDag('never declared');
    expect(await linesOf('never declared')).toHaveLength(1);
  });

  test('a process that ends says so of all its DAGs', () => {
    const dag = declareDag({ id: 'stops', intervalSeconds: 60, tasks: { a: {} } });
    const other = declareDag({ id: 'is off', intervalSeconds: 60, enabled: false, tasks: { a: {} } });
    stopDags();
    expect([dag.state, other.state]).toEqual(['stopping', 'disabled']);
  });
});

test('a scheduler shows when its loop last came round', async () => {
  const scheduler = declareDagScheduler({ name: 'main', heartbeatSeconds: 10 });
  await pass(20);
  const beat = () => readMetric(metrics.dagSchedulerHeartbeat, { scheduler: 'main' });
  expect(beat()).toBe(START_SECONDS);
  scheduler.beat();
  expect(beat()).toBe(START_SECONDS + 20);
  expect(readMetric(metrics.dagSchedulerInterval, { scheduler: 'main' })).toBe(10);
  scheduler.retire();
  scheduler.beat();
  expect(beat()).toBeUndefined();
  expect(() => declareDagScheduler({ name: '', heartbeatSeconds: 0 })).toThrow(DeclarationError);
});
