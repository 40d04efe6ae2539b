import { beforeAll, describe, expect, test } from 'vitest';
import { atTheEnd, shownBy, valuesBy } from './shown-by.ts';
import { dagRuns, declareDag } from './world/dag.ts';
import type { Stage } from './world/stage.ts';
import { hours, minutes, seconds } from './world/time.ts';

/** What Pipeline Status shows while the real helpers run, evaluated with the rules that it reads. */

const { queries, exprOf } = shownBy('sightglass-pipelines');

/** Windows of the panels as the dashboard works them out for a DAG that runs every ten minutes; here it starts with those of one that runs once a day. */
const inWindow = (expr: string) => expr.replaceAll('604800', String(hours(1)));

describe('after an hour and a half of a DAG that runs every ten minutes', () => {
  const script = async (s: Stage) => {
    const app = await s.start();
    const pipeline = app.pipeline.declarePipeline({
      name: 'stream',
      layers: ['silver'],
      durationObjectiveSeconds: 20,
      freshnessObjectiveSeconds: hours(1),
      activeConsumers: () => 3,
    });
    const scheduler = app.pipeline.declareDagScheduler({ name: 'main', heartbeatSeconds: 60 });
    const dag = declareDag(s, app);
    await dagRuns(s, dag, 4);
    await dagRuns(s, dag, 1, { ends: 'badly' });
    await dagRuns(s, dag, 1, { takes: minutes(5) });
    await app.pipeline.pipelineRun(pipeline, async (run) => {
      await s.wait(seconds(12));
      run.records({ layer: 'silver', count: 90 });
      run.records({ layer: 'silver', count: 10, status: 'skipped' });
    });
    await dagRuns(s, dag, 2, { tries: 1 });
    scheduler.beat();
    await s.wait(minutes(2));
    await s.seen();
  };
  let answers: Awaited<ReturnType<typeof atTheEnd>>;
  const asked = queries.map(({ expr }) => inWindow(expr));
  beforeAll(async () => {
    answers = await atTheEnd(script, ...asked);
  });
  const answer = (panel: string, refId = 'A') => answers[asked.indexOf(inWindow(exprOf(panel, refId)))] ?? [];
  const only = (panel: string, refId = 'A') => answer(panel, refId)[0]?.value;

  test('every panel shows numbers, but for what is wrong, near or under way', () => {
    const empty = queries.flatMap(({ panel, refId }) =>
      answer(panel, refId).length > 0 ? [] : [`${panel} ${refId}`],
    );
    expect(empty).toEqual([
      'Firing alerts A',
      'DAGs K',
      'Success and Failure E',
      'Time to the Deadline B',
      'Time to the Deadline C',
      'Task Execution Time C',
      'Task Execution Time D',
      'Task Outcomes E',
      'Task Outcomes F',
      'Runs under Way C',
      'Runs under Way D',
      'Runs under Way E',
      'Runs under Way F',
      'Runs under Way G',
      'Age of the Last Run C',
      'Age of the Last Run D',
      'Age of the Last Run E',
      'Age of the Last Run F',
      'Start Lateness C',
      'Recovery Time B',
      'Pipelines F',
      'Pipelines I',
    ]);
  });

  test('the row of a DAG says what it is, beside its numbers, and the first row counts it (000-P5)', () => {
    expect(valuesBy(answer('DAGs', 'A'), 'dag_id', 'state')).toEqual({ 'report ok': expect.any(Number) });
    // It is looked at half past the third minute after a run that took half a minute.
    expect(only('DAGs', 'B')).toBe(minutes(3));
    // Due in, deadline in, failures in a row, the last run, of its SLA.
    expect(only('DAGs', 'D')).toBe(minutes(10) - minutes(3.5));
    expect(only('DAGs', 'E')! - only('DAGs', 'D')!).toBe(minutes(4));
    expect(only('DAGs', 'F')).toBe(0);
    expect(only('DAGs', 'G')).toBeCloseTo(30, 0);
    expect(only('DAGs', 'H')).toBeCloseTo(30 / minutes(4), 2);
    expect(only('DAGs', 'I')).toBeCloseTo(7 / 8, 3);
    expect(only('DAGs', 'J')).toBeCloseTo(7 / 8, 3);
    for (const title of ['Not running', 'Last failed', 'SLA missed'])
      expect(valuesBy(answer(title), 'state')).toEqual({ none: 0 });
    expect(valuesBy(answer('DAG Run Status'), 'dag_id', 'state')).toEqual({
      'report succeeded': expect.any(Number),
    });
  });

  test('success and failure are those of the runs, and so is what kept the SLA (000-P7, 000-P8)', () => {
    expect(valuesBy(answer('Success Rate (7d)'), 'dag_id', 'state')).toEqual({
      'report low': expect.closeTo(7 / 8, 3),
    });
    expect(valuesBy(answer('SLA Compliance (7d)'), 'dag_id', 'state')).toEqual({
      'report missed': expect.closeTo(7 / 8, 3),
    });
    // In the last hour: four good ones and a bad one, or as many as fell into it.
    const perDay = (refId: string) => only('Success and Failure', refId)! / 24;
    expect(perDay('A')).toBeGreaterThanOrEqual(4);
    expect(perDay('B')).toBeCloseTo(1, 3);
  });

  test('tasks are told apart by how they ended and how long they took (000-P6)', () => {
    expect(valuesBy(answer('Task Execution Time'), 'dag_id', 'task_id')).toEqual({
      'report extract': expect.closeTo(30, 0),
      'report load': 0,
    });
    expect(answer('Task Execution Time', 'B').length).toBe(2);
    expect(only('Task Outcomes', 'B')! / 24).toBeCloseTo(1, 3);
    expect(only('Task Outcomes', 'C')! / 24).toBeGreaterThanOrEqual(2);
  });

  test('a recovery is as long as it took (000-P16)', () => {
    // From the end of the bad run to that of the first good one in time.
    expect(only('Recovery Time')).toBeCloseTo(minutes(20), -1);
  });

  test('the row of a pipeline says what it is, beside its numbers', () => {
    const numbers = 'ABCDEGH'.split('').map((refId) => valuesBy(answer('Pipelines', refId), 'pipeline_name'));
    const age = numbers[1]!.stream!;
    expect(valuesBy(answer('Pipelines', 'A'), 'pipeline_name', 'state')).toEqual({
      'stream ok': expect.any(Number),
    });
    // Two runs of the DAG came after it, ten minutes apart.
    expect([minutes(10) < age, age < minutes(30)]).toEqual([true, true]);
    expect(numbers.slice(2)).toEqual([
      { stream: expect.closeTo(age / hours(1), 5) },
      { stream: 0 },
      { stream: expect.closeTo(12, 1) },
      { stream: expect.closeTo(12 / 20, 2) },
      { stream: 3 },
    ]);
    expect(valuesBy(answer('Records That Failed'), 'layer')).toEqual({ silver: 0 });
  });

  test('records are those that were written, once, and executions have their quantile (001-P1, 001-P4)', () => {
    expect(valuesBy(answer('Records Processed (24h)'), 'layer', 'status')).toEqual({
      'silver success': 90,
      'silver skipped': 10,
      'silver failed': 0,
    });
    const p95 = valuesBy(answer('Pipeline Execution Duration'), 'pipeline_name');
    expect(p95.stream).toBeGreaterThan(5);
    expect(p95.stream).toBeLessThanOrEqual(15);
    expect(valuesBy(answer('Pipeline Execution Duration', 'C'), 'pipeline_name')).toEqual({ stream: 3 });
    expect(valuesBy(answer('Scheduler Heartbeat'), 'scheduler')).toEqual({ main: expect.any(Number) });
  });
});

test('what was slow is over when its window is: a quantile of all times would never recover (TR-2)', async () => {
  const expr = inWindow(exprOf('Pipeline Execution Duration'));
  const script = (idle: number) => async (s: Stage) => {
    const { pipeline } = await s.start();
    const slow = pipeline.declarePipeline({ name: 'slow' });
    for (let i = 0; i < 10; i++) await pipeline.pipelineRun(slow, () => s.wait(minutes(1)));
    await s.wait(idle);
    await s.seen();
  };
  const [soon = []] = await atTheEnd(script(minutes(5)), expr);
  expect(soon[0]?.value).toBeGreaterThan(15);
  const [late] = await atTheEnd(script(hours(2)), expr);
  expect(late).toEqual([]);
});

test('a process that is gone is named with its service, in the panel that DagGone leads to', async () => {
  const [shown = []] = await atTheEnd(async (s) => {
    const dag = declareDag(s, await s.start());
    await dagRuns(s, dag, 1);
    s.die();
    await s.wait(minutes(40));
    await s.seen();
  }, exprOf('DAG Run Status'));
  expect(valuesBy(shown, 'dag_id', 'state', 'job')).toEqual({
    'report gone iceberg-scheduler': expect.any(Number),
  });
});
