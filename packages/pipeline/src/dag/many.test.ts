import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { failing, lasting, pass, runsOf, taskRunsOf, useStoppedTime } from './dag.support.ts';
import { dagRun, declareDag, retireDag } from './index.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

describe('many tasks', () => {
  /** Each after the one that is declared behind it: the first that can run is declared last. */
  const backwards = (count: number, read = () => {}) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => {
        const task = {
          get after() {
            read();
            return i + 1 < count ? [`t${i + 1}`] : [];
          },
        };
        return [`t${i}`, task];
      }),
    );

  test('a chain is no depth of calls: each of thousands runs', async () => {
    const count = 4_000;
    const dag = declareDag({ id: 'chain', intervalSeconds: 60, tasks: backwards(count) });
    let ran = 0;
    const work = Object.fromEntries(dag.tasks.map((id) => [id, () => void ran++]));
    await dagRun(dag, work);
    expect(ran).toBe(count);
    // So many series leave no room for those of other tests.
    retireDag('chain');
  });

  test('what they wait for is read a few times each, however they are ordered', () => {
    let reads = 0;
    const tasks = backwards(200, () => void reads++);
    declareDag({ id: 'reads', intervalSeconds: 60, tasks });
    expect(reads).toBeLessThanOrEqual(200 * 4);
  });

  test('a circle is told with those alone that wait for it', () => {
    const tasks = {
      a: { after: ['c'] },
      b: { after: ['a'] },
      c: { after: ['b', 'd'] },
      d: {},
      e: { after: ['a'] },
    };
    expect(() => declareDag({ id: 'circle', intervalSeconds: 60, tasks } as never)).toThrow(
      'tasks wait for each other in a circle: a, b, c, e',
    );
  });
});

describe('many runs side by side', () => {
  const labels = { dag_id: 'beside' };
  const shown = () => ({
    running: readMetric(metrics.dagRunning, labels),
    started: readMetric(metrics.dagRunStarted, labels),
    deadline: readMetric(metrics.dagRunDeadline, labels),
    missed: readMetric(metrics.dagSlaMissed, labels),
  });

  test('the oldest and the earliest deadline are shown, in whatever order they begin, are late and end', async () => {
    const declared = (slaSeconds: number) =>
      declareDag({ id: 'beside', intervalSeconds: 3_600, slaSeconds, tasks: { a: {} } });
    const runs = [dagRun(declared(60), lasting(200), { trigger: 'manual' })];
    await pass(10);
    // It is promised for earlier, though it began later.
    runs.push(dagRun(declared(10), lasting(30), { trigger: 'manual' }));
    expect(shown()).toEqual({ running: 2, started: START_SECONDS, deadline: START_SECONDS + 20, missed: 0 });
    await pass(15);
    expect(shown()).toMatchObject({ running: 2, deadline: START_SECONDS + 20, missed: 1 });
    await pass(16);
    // The late one has ended.
    expect(shown()).toMatchObject({ running: 1, deadline: START_SECONDS + 60, missed: 1 });
    runs.push(dagRun(declared(60), lasting(10), { trigger: 'manual' }));
    await pass(30);
    expect(shown()).toMatchObject({ running: 1, deadline: START_SECONDS + 60, missed: 2 });
    await pass(200);
    expect(shown()).toEqual({ running: 0, started: undefined, deadline: undefined, missed: 2 });
    await Promise.all(runs);
    expect(runsOf('beside')).toEqual({ success: 3 });
  });
});

test('a task of a run that another copy of the package began is recorded, and so is what both have under way', async () => {
  vi.resetModules();
  const other = await import('./index.ts');
  const dag = declareDag({ id: 'copies', intervalSeconds: 3_600, tasks: { a: {} } });
  const run = dagRun(dag, async (run) => {
    const long = other.dagTask(run, 'a', lasting(60));
    await pass(10);
    await run.task('a', () => 1);
    await run.task('a', failing).catch(() => {});
    // The one of the other copy still runs.
    expect(readMetric(metrics.dagTaskStarted, { dag_id: 'copies', task_id: 'a' })).toBe(START_SECONDS);
    await pass(60);
    await long;
  });
  await run;
  expect(taskRunsOf('copies', 'a')).toEqual({ success: 2, failed: 1 });
  expect(readMetric(metrics.dagTaskStarted, { dag_id: 'copies', task_id: 'a' })).toBeUndefined();
});
