import { readMetric } from '@sightglass/core/testing';
import { expect, test } from 'vitest';
import { declareJob } from './index.ts';
import { useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';
import { recordRun } from './record-run.ts';

useStoppedTime('2026-01-01T00:00:00Z');

const HOURLY = { schedule: '0 * * * *', timezone: 'UTC' } as const;
const slowRunsOf = (job_name: string) => readMetric(metrics.jobSlowRuns, { job_name });

test('runs that took longer than the job declares are counted, from none on', () => {
  declareJob({ name: 'slow', ...HOURLY, durationObjectiveSeconds: 60 });
  expect(slowRunsOf('slow')).toBe(0);
  recordRun('slow', 'scheduled', 'success', 60);
  expect(slowRunsOf('slow')).toBe(0);
  recordRun('slow', 'scheduled', 'success', 60.1);
  recordRun('slow', 'manual', 'partial', 61);
  expect(slowRunsOf('slow')).toBe(2);
});

test('a run that its time limit ended is slow, one that failed or was cancelled says nothing of speed', () => {
  declareJob({ name: 'ended', ...HOURLY, durationObjectiveSeconds: 60 });
  recordRun('ended', 'scheduled', 'timeout', 30);
  recordRun('ended', 'scheduled', 'failed', 600);
  recordRun('ended', 'scheduled', 'cancelled', 600);
  expect(slowRunsOf('ended')).toBe(1);
});

test('an objective beyond the last bucket of the histogram is one', () => {
  declareJob({ name: 'long', ...HOURLY, durationObjectiveSeconds: 8 * 3_600 });
  recordRun('long', 'scheduled', 'success', 7 * 3_600);
  expect(slowRunsOf('long')).toBe(0);
});

test('a job that declares no duration has none that is too long', () => {
  declareJob({ name: 'any', ...HOURLY });
  recordRun('any', 'scheduled', 'success', 6_000);
  expect(slowRunsOf('any')).toBeUndefined();
});
