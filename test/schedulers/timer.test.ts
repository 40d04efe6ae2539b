import { declareJob, every } from '@sightglass/scheduler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blockFor, held, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

function start(name: string, work: () => unknown, options: { overlap?: 'skip' } = {}) {
  const job = declareJob({ name, intervalSeconds: 0.2, ...options });
  const timer = every(job, work);
  onTestFinished(timer.stop);
  return { job, timer };
}

describe('every', () => {
  test('records a success when the run has ended, and not when it begins', async () => {
    const { work, end } = held();
    start('timer success', work);
    await untilRunning('timer success');
    expect(runsOf('timer success')).not.toHaveProperty('scheduled success');
    end();
    await untilRuns('timer success', 'scheduled success', 2);
    expect(runsOf('timer success')).not.toHaveProperty('scheduled missed');
  });

  test('starts do not drift, however long the work takes', async () => {
    const starts: number[] = [];
    start('timer drift', () => {
      starts.push(performance.now());
      blockFor(60);
    });
    await untilRuns('timer drift', 'scheduled success', 15);
    // A timer that is set again after each run would be 14 × 60 ms late by now.
    const late = starts.map((at, i) => at - starts[0]! - i * 200);
    expect(Math.min(...late.slice(10))).toBeLessThan(400);
  });

  test('records a failure, and goes on', async () => {
    let attempts = 0;
    start('timer failure', () => {
      attempts++;
      if (attempts === 1) throw new Error('no');
    });
    await untilRuns('timer failure', 'scheduled failed');
    await untilRuns('timer failure', 'scheduled success');
  });

  test('that its own work stops is stopped: nothing keeps the process', async () => {
    let ran = 0;
    const { timer } = start('timer stopped by its work', () => {
      ran++;
      timer.stop();
    });
    await untilRuns('timer stopped by its work', 'scheduled success');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ran).toBe(1);
  });

  test('keeps runs apart where the declaration says so', async () => {
    const { work, end } = held();
    start('timer overlap', work, { overlap: 'skip' });
    await untilRuns('timer overlap', 'scheduled skipped_overlap', 2);
    end();
    await untilRuns('timer overlap', 'scheduled success');
    expect(runsOf('timer overlap')).not.toHaveProperty('scheduled missed');
  });

  test('starts late, and misses what it can not make up for', async () => {
    start('timer late', () => {});
    await untilRuns('timer late', 'scheduled success', 2);
    const before = stateOf('timer late').lateness.sum;
    blockFor(770);
    await untilRuns('timer late', 'scheduled success', 4);
    expect(stateOf('timer late').lateness.sum).toBeGreaterThan(before);
    expect(runsOf('timer late')['scheduled missed']).toBeGreaterThanOrEqual(2);
  });

  test('misses nothing once it has been stopped', async () => {
    const { job, timer } = start('timer stopped', () => {});
    await untilRuns('timer stopped', 'scheduled success');
    timer.stop();
    const runs = runsOf('timer stopped');
    expect(job.enabled).toBe(false);
    const other = start('timer other', () => {});
    await untilRuns('timer other', 'scheduled success', 3);
    other.timer.stop();
    expect(runsOf('timer stopped')).toEqual(runs);
  });
});
