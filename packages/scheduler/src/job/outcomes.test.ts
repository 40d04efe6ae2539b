import { readMetric, resetMetrics } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import * as metrics from './metrics.ts';
import { RUN_STATUSES, runStatuses } from './outcomes.ts';
import { recordRun } from './record-run.ts';

describe('statuses of runs', () => {
  test('each is that of a run that began or never did, and of those that began each is judged or is not, once', () => {
    const { began, counted, judged, failed, notFailed, neverBegan } = runStatuses;
    expect([...began, ...neverBegan]).toEqual(RUN_STATUSES);
    expect([...notFailed, ...failed]).toEqual(judged);
    expect(began.filter((status) => !(judged as readonly string[]).includes(status))).toEqual([
      'cancelled',
      'handed_back',
    ]);
    expect(began.filter((status) => !(counted as readonly string[]).includes(status))).toEqual([
      'handed_back',
    ]);
  });

  test('what is recorded goes by them: one that is not judged changes no failures in a row and is not slow', () => {
    resetMetrics();
    const labels = { job_name: 'statuses' };
    metrics.jobDurationObjective.set(1, labels);
    metrics.jobSlowRuns.init(labels);
    for (const status of runStatuses.began) {
      metrics.jobConsecutiveFailures.set(2, labels);
      const slowBefore = readMetric(metrics.jobSlowRuns, labels) ?? 0;
      recordRun('statuses', 'manual', status, 5);
      const inARow = (runStatuses.failed as readonly string[]).includes(status)
        ? 3
        : (runStatuses.notFailed as readonly string[]).includes(status)
          ? 0
          : 2;
      expect([status, readMetric(metrics.jobConsecutiveFailures, labels)]).toEqual([status, inARow]);
      const slow = (runStatuses.timed as readonly string[]).includes(status) ? 1 : 0;
      expect([status, readMetric(metrics.jobSlowRuns, labels)]).toEqual([status, slowBefore + slow]);
    }
  });
});
