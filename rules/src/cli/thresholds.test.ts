import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, describe as group, test } from 'vitest';
import { overrideProblem } from '../engine/promql/threshold.ts';
import { renderRules } from '../index.ts';
import { thresholds } from '../thresholds.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-thresholds-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function render(content: string) {
  writeFileSync(join(folder, 'thresholds.yaml'), content);
  const err: string[] = [];
  const status = await run(['render', '--out', 'made', '--thresholds', 'thresholds.yaml'], {
    out: () => {},
    err: (text) => void err.push(text),
    folder,
  });
  return { status, err: err.join('') };
}

group('A29: a threshold with which an alert could never fire, or would always, is refused', () => {
  test.each([
    ['job_failed_ratio', [0, 0.5, 0.99], [1, 2, 50], /must be below 1: it is a share/],
    ['job_late_ratio', [0.5], [1, 10], /must be below 1: it is a share/],
    ['job_late_end_share', [0, 0.9], [1.5], /must be below 1: it is a share/],
    ['offload_lag_elevated_ratio', [0.9], [1, 66], /must be below 1: it is a share/],
    ['job_stuck_ratio', [1, 5.5, 100], [0, 1e6], /must be above 0 and at most 1000: it is a multiple/],
    ['job_overlap_intervals', [0.5, 2.5], [0, 1e9], /must be above 0 and at most 1000: it is a multiple/],
    ['job_kept_freshness', [2.5], [0], /must be above 0 and at most 1000: it is a multiple/],
    ['job_failures_in_a_row', [1, 10], [0, 2.5, 1e300], /must be a whole number from 1: it is a count/],
    ['job_services', [1, 3], [0, 0.5], /must be a whole number from 1: it is a count/],
    ['sightglass_dropped_measurements', [0, 5], [0.5], /must be a whole number from 0: it is a count/],
    ['sightglass_missed_rule_iterations', [0, 2.5], [], /./],
    ['job_memory_bytes', [1, 4e9], [0, 1e18], /must be a size in bytes above 0/],
    [
      'sync_completed_seconds',
      [0.5, 86_400],
      [0, 1e9],
      /must be a time in seconds above 0 and of a year at most/,
    ],
    [
      'offload_watermark_stale_seconds',
      [60],
      [0, 4e7],
      /must be a time in seconds above 0 and of a year at most/,
    ],
  ])('%s', (key, right, wrong, message) => {
    const problem = (value: unknown) =>
      overrideProblem(thresholds.find(({ thresholdKey }) => thresholdKey === key)!, value);
    for (const value of right) expect(problem(value)).toBeUndefined();
    for (const value of wrong) expect(problem(value)).toMatch(message);
    for (const value of [-1, Number.NaN, Infinity, '1', null, [1]])
      expect(problem(value)).toBe(`the threshold "${key}" must be a number of at least 0`);
  });

  test('by the command too, with all that is wrong, and nothing is written', async () => {
    const { status, err } = await render('job_failed_ratio: 2\njob_failed_runs: 0\nnosuch: 1\n');
    expect(status).toBe(1);
    expect(err).toContain('the threshold "job_failed_ratio" must be below 1: it is a share of the whole');
    expect(err).toContain('the threshold "job_failed_runs" must be a whole number from 1: it is a count');
    expect(err).toContain('there is no threshold "nosuch"');
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });

  test('each default is within the bounds of its kind', () => {
    const defaults = Object.fromEntries(
      thresholds.map(({ thresholdKey, value }) => [
        thresholdKey,
        typeof value === 'number' ? value : value.durationSeconds,
      ]),
    );
    expect(() => renderRules({ thresholds: defaults })).not.toThrow();
  });
});
