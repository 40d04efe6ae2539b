import { type LogFields, setLogger } from '@sightglass/core';
import { watchTimers } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { afterEach, beforeEach, vi } from 'vitest';
import * as metrics from './metrics.ts';
import { DAG_STATUSES, TASK_STATUSES } from './outcomes.ts';
import { declaredDags } from './registry.ts';

const { set, clear } = watchTimers();

/** Stops the clocks and the timers of this test file at `start`; {@link pass} moves both on. */
export function useStoppedTime(start: string): void {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
      now: Date.parse(start),
    });
    Object.assign(watchTimers(), { set: setTimeout, clear: clearTimeout });
  });
  afterEach(() => {
    for (const tracker of declaredDags().values()) tracker.to('disabled');
    Object.assign(watchTimers(), { set, clear });
    vi.useRealTimers();
  });
}

/** Moves clocks and timers on. */
export const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** The runs of a DAG that are not zero: `{ success: 2 }`. */
export const runsOf = (dag_id: string) =>
  counted(DAG_STATUSES, (status) => readMetric(metrics.dagRuns, { dag_id, status }));

/** What became of a task, as far as it is not zero. */
export const taskRunsOf = (dag_id: string, task_id: string) =>
  counted(TASK_STATUSES, (status) => readMetric(metrics.dagTaskRuns, { dag_id, task_id, status }));

function counted<S extends string>(
  statuses: readonly S[],
  read: (status: S) => number | undefined,
): Partial<Record<S, number>> {
  const found: Partial<Record<S, number>> = {};
  for (const status of statuses) {
    const count = read(status);
    if (count !== undefined && count > 0) found[status] = count;
  }
  return found;
}

/** Collects the lines that are logged in the test. */
export function collectLogs(): {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}[] {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const at =
    (level: string) =>
    (...[fields, message]: [string] | [LogFields, string]) => {
      if (typeof fields === 'object') lines.push({ level, fields, message: message as string });
    };
  setLogger({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
  afterEach(() => setLogger(undefined));
  return lines;
}

/** Work that takes a time. */
export const lasting = (seconds: number) => () =>
  new Promise<void>((resolve) => void setTimeout(resolve, seconds * 1000));

/** Work that fails at once. */
export const failing = () => Promise.reject(new Error('no'));
