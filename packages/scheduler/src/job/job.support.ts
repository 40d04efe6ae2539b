import { type LogFields, setLogger } from '@sightglass/core';
import { watchTimers } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { afterEach, beforeEach, vi } from 'vitest';
import * as metrics from './metrics.ts';
import { RUN_STATUSES, TRIGGERS } from './outcomes.ts';
import { declaredJobs } from './registry.ts';

const { set, clear } = watchTimers();

/** Stops the clocks and the timers of this test file at `start`; `vi.advanceTimersByTimeAsync` moves both on, `vi.setSystemTime` makes the wall clock jump. */
export function useStoppedTime(start: string): void {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
      now: Date.parse(start),
    });
    Object.assign(watchTimers(), { set: setTimeout, clear: clearTimeout });
  });
  afterEach(() => {
    for (const tracker of declaredJobs().values()) tracker.disable();
    Object.assign(watchTimers(), { set, clear });
    vi.useRealTimers();
  });
}

/** Moves clocks and timers on. */
export const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Makes the wall clock jump. */
export const jump = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

/** The runs of a job that are not zero: `{ 'scheduled success': 2 }`. */
export function runsOf(job_name: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const trigger of TRIGGERS) {
    for (const status of RUN_STATUSES) {
      const count = readMetric(metrics.jobRuns, { job_name, trigger, status });
      if (count !== undefined && count > 0) found[`${trigger} ${status}`] = count;
    }
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

/** Work that ends when the test says so. */
export function held<T = void>(): { readonly work: () => Promise<T>; end(value: T): void } {
  let end!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end };
}
