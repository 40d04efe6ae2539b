import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { collectLogs, failing, lasting, pass, runsOf, taskRunsOf, useStoppedTime } from './dag.support.ts';
import { dagRun, dagTask, declareDag, UpstreamFailed } from './index.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

const HOURLY = { schedule: '0 * * * *', timezone: 'UTC' } as const;
const THREE = {
  extract: { retries: 2 },
  transform: { after: ['extract'] },
  load: { after: ['transform'] },
} as const;

describe('a run', () => {
  test('of tasks that depend on one another runs them in that order, and records each', async () => {
    const order: string[] = [];
    const dag = declareDag({ id: 'in order', ...HOURLY, tasks: THREE });
    const work = (id: string) => async () => {
      order.push(`${id} begins`);
      await lasting(10)();
      order.push(`${id} ends`);
    };
    const run = dagRun(dag, { load: work('load'), transform: work('transform'), extract: work('extract') });
    await pass(30);
    await run;
    expect(order).toEqual(['extract', 'transform', 'load'].flatMap((id) => [`${id} begins`, `${id} ends`]));
    expect(runsOf('in order')).toEqual({ success: 1 });
    for (const task of dag.tasks) {
      expect(taskRunsOf('in order', task)).toEqual({ success: 1 });
      expect(readMetric(metrics.dagTaskDuration, { dag_id: 'in order', task_id: task })).toMatchObject({
        count: 1,
        sum: 10,
      });
    }
    expect(readMetric(metrics.dagRunDuration, { dag_id: 'in order', status: 'success' })).toMatchObject({
      count: 1,
      sum: 30,
    });
    expect(readMetric(metrics.dagTaskQueueDelay, { dag_id: 'in order' })).toMatchObject({ count: 3, sum: 0 });
  });

  test('of which a task fails keeps those from running that come after it, and no others', async () => {
    const dag = declareDag({
      id: 'one fails',
      ...HOURLY,
      tasks: { a: {}, b: { after: ['a'] }, c: { after: ['b'] }, d: {} },
    });
    const error = new Error('of b');
    const run = dagRun(dag, { a: () => {}, b: () => Promise.reject(error), c: () => {}, d: lasting(5) });
    const ended = expect(run).rejects.toBe(error);
    await pass(5);
    await ended;
    expect(runsOf('one fails')).toEqual({ failed: 1 });
    expect(['a', 'b', 'c', 'd'].map((task) => taskRunsOf('one fails', task))).toEqual([
      { success: 1 },
      { failed: 1 },
      { upstream_failed: 1 },
      { success: 1 },
    ]);
    expect(readMetric(metrics.dagErrors, { dag_id: 'one fails', error_type: 'process_error' })).toBe(1);
    expect(readMetric(metrics.dagConsecutiveFailures, { dag_id: 'one fails' })).toBe(1);
  });

  test('of which a task is skipped skips those that come after it, and succeeds', async () => {
    const dag = declareDag({ id: 'skips', ...HOURLY, tasks: THREE });
    await dagRun(dag, { extract: () => {}, transform: (task) => task.skip(), load: () => {} });
    expect(runsOf('skips')).toEqual({ success: 1 });
    expect([taskRunsOf('skips', 'transform'), taskRunsOf('skips', 'load')]).toEqual([
      { skipped: 1 },
      { skipped: 1 },
    ]);
  });

  test('says once of a function that it is of no task, which types would refuse', async () => {
    const lines = collectLogs();
    const dag = declareDag({ id: 'strange', ...HOURLY, tasks: { extract: {} } });
    const work = { extract: () => {}, exrtact: () => expect.unreachable() };
    for (let run = 0; run < 2; run++)
      await dagRun(dag, work as { extract: () => void }, { trigger: 'manual' });
    const told = lines.filter(({ level }) => level === 'warn');
    expect(told).toEqual([
      {
        level: 'warn',
        fields: { dag_id: 'strange', task_id: 'exrtact' },
        message: 'a function is of no task of its DAG, and does not run',
      },
    ]);
    expect(taskRunsOf('strange', 'extract')).toEqual({ success: 2 });
  });

  test('retries a task as its declaration says, and one that succeeds then has not failed', async () => {
    const lines = collectLogs();
    const dag = declareDag({ id: 'again', ...HOURLY, tasks: THREE });
    let tries = 0;
    const flaky = () => (++tries < 3 ? failing() : 'done');
    const run = dagRun(dag, async (run) => {
      expect(await dagTask(run, 'extract', flaky)).toBe('done');
      return run.statusOf('extract');
    });
    await pass(3);
    expect(await run).toBe('success');
    expect(taskRunsOf('again', 'extract')).toEqual({ up_for_retry: 2, success: 1 });
    expect(
      readMetric(metrics.dagTaskErrors, {
        dag_id: 'again',
        task_id: 'extract',
        error_type: 'process_error',
      }),
    ).toBe(2);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn dag task: up_for_retry',
      'warn dag task: up_for_retry',
      'info dag task: success',
      'info dag: success',
    ]);
  });

  test('whose tasks it calls itself refuses one whose upstream has failed', async () => {
    const dag = declareDag({ id: 'by hand', ...HOURLY, tasks: THREE });
    await dagRun(dag, async (run) => {
      await dagTask(run, 'transform', failing).catch(() => {});
      await expect(dagTask(run, 'load', () => 'never')).rejects.toBeInstanceOf(UpstreamFailed);
    });
    expect(taskRunsOf('by hand', 'load')).toEqual({ upstream_failed: 1 });
  });

  test('runs no more tasks at once than it is told, and says how long they waited', async () => {
    const dag = declareDag({ id: 'two slots', ...HOURLY, concurrency: 2, tasks: { a: {}, b: {}, c: {} } });
    const run = dagRun(dag, { a: lasting(10), b: lasting(20), c: lasting(5) });
    await pass(20);
    await run;
    expect(readMetric(metrics.dagTaskQueueDelay, { dag_id: 'two slots' })).toMatchObject({
      count: 3,
      sum: 10,
    });
  });

  test('that is cancelled is no failure, nor are its tasks', async () => {
    const dag = declareDag({ id: 'off', ...HOURLY, tasks: THREE });
    const cancel = new AbortController();
    const run = dagRun(
      dag,
      { extract: lasting(60), transform: () => {}, load: () => {} },
      {
        signal: cancel.signal,
      },
    );
    const ended = expect(run).rejects.toThrow('enough');
    await pass(1);
    cancel.abort(new Error('enough'));
    await ended;
    expect(runsOf('off')).toEqual({ cancelled: 1 });
    expect(taskRunsOf('off', 'extract')).toEqual({ skipped: 1 });
    expect(readMetric(metrics.dagConsecutiveFailures, { dag_id: 'off' })).toBe(0);
  });

  test('that its time limit ends has timed out, and so has its task', async () => {
    const dag = declareDag({ id: 'limit', ...HOURLY, timeoutSeconds: 5, tasks: { only: {} } });
    const ended = expect(dagRun(dag, { only: lasting(60) })).rejects.toThrow();
    await pass(5);
    await ended;
    expect([runsOf('limit'), taskRunsOf('limit', 'only')]).toEqual([{ timeout: 1 }, { failed: 1 }]);
  });

  test('shows what is under way, and that it is', async () => {
    const dag = declareDag({ id: 'seen', ...HOURLY, tasks: { only: {} } });
    await pass(10);
    const run = dagRun(dag, { only: lasting(20) }, { trigger: 'manual' });
    await pass(1);
    const read = () => [
      readMetric(metrics.dagRunning, { dag_id: 'seen' }),
      readMetric(metrics.dagRunStarted, { dag_id: 'seen' }),
      readMetric(metrics.dagTaskStarted, { dag_id: 'seen', task_id: 'only' }),
    ];
    expect(read()).toEqual([1, START_SECONDS + 10, START_SECONDS + 10]);
    await pass(19);
    await run;
    expect(read()).toEqual([0, undefined, undefined]);
    expect(readMetric(metrics.dagLastRun, { dag_id: 'seen' })).toBe(START_SECONDS + 30);
  });
});

describe('the SLA', () => {
  const sla = (id: string) => declareDag({ id, ...HOURLY, slaSeconds: 600, tasks: { only: {} } });
  const missed = (dag_id: string) => readMetric(metrics.dagSlaMissed, { dag_id });
  const deadline = (dag_id: string) => readMetric(metrics.dagRunDeadline, { dag_id });

  test('is counted from the time of the schedule, and its deadline stands while the run is under way', async () => {
    const dag = sla('on time');
    await pass(3_600 + 20);
    const run = dagRun(dag, { only: lasting(580) });
    await pass(1);
    expect(deadline('on time')).toBe(START_SECONDS + 3_600 + 600);
    await pass(579);
    await run;
    expect([missed('on time'), deadline('on time')]).toEqual([0, undefined]);
  });

  test('is missed as soon as the deadline has passed, once, though the run goes on', async () => {
    const dag = sla('late');
    await pass(3_600 + 20);
    const run = dagRun(dag, { only: lasting(590) });
    await pass(580);
    expect(missed('late')).toBe(0);
    await pass(1);
    expect(missed('late')).toBe(1);
    expect(runsOf('late')).toEqual({});
    await pass(9);
    await run;
    expect([missed('late'), runsOf('late')]).toEqual([1, { success: 1 }]);
  });

  test('of a run that somebody started is counted from its start', async () => {
    const dag = sla('manual');
    await pass(1_000);
    const run = dagRun(dag, { only: lasting(600) }, { trigger: 'manual' });
    await pass(599);
    expect(deadline('manual')).toBe(START_SECONDS + 1_600);
    await pass(1);
    await run;
    expect(missed('manual')).toBe(0);
  });
});

describe('the recovery', () => {
  const recovery = (dag_id: string) => readMetric(metrics.dagRecovery, { dag_id });
  const trouble = (dag_id: string) => readMetric(metrics.dagTroubleStarted, { dag_id });

  test('is timed from the first bad run to the next good one', async () => {
    const dag = declareDag({ id: 'recovers', ...HOURLY, tasks: { only: {} } });
    const manual = { trigger: 'manual' } as const;
    await dagRun(dag, { only: () => {} }, manual);
    expect([recovery('recovers'), trouble('recovers')]).toMatchObject([{ count: 0 }, undefined]);
    await dagRun(dag, { only: failing }, manual).catch(() => {});
    await pass(100);
    await dagRun(dag, { only: failing }, manual).catch(() => {});
    expect(trouble('recovers')).toBe(START_SECONDS);
    await pass(200);
    await dagRun(dag, { only: () => {} }, manual);
    expect(recovery('recovers')).toMatchObject({ count: 1, sum: 300 });
    expect(readMetric(metrics.dagLastRecovery, { dag_id: 'recovers' })).toBe(300);
    expect(trouble('recovers')).toBeUndefined();
  });

  test('begins with a start that was missed, and with an SLA that was', async () => {
    const dag = declareDag({ id: 'missed', ...HOURLY, slaSeconds: 60, tasks: { only: {} } });
    await pass(3_600 + 61);
    expect([runsOf('missed'), trouble('missed')]).toEqual([{ missed: 1 }, START_SECONDS + 3_600]);
    // A run that is late for its SLA is no recovery.
    const run = dagRun(dag, { only: lasting(100) }, { trigger: 'manual' });
    await pass(100);
    await run;
    expect(recovery('missed')).toMatchObject({ count: 0 });
    await dagRun(dag, { only: () => {} }, { trigger: 'manual' });
    expect(recovery('missed')).toMatchObject({ count: 1, sum: 161 });
  });
});
