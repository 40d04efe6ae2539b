import { afterEach, describe, expect, test, vi } from 'vitest';
import { readExposition, resetMetrics } from '../testing/index.ts';
import { systemClock } from './clock.ts';
import { counter, gauge } from './declare.ts';

const seen = gauge('clocktest_seen_timestamp_seconds', { help: 'Seen.' });
const rows = counter('clocktest_rows_total', { help: 'Rows.', labels: ['table'] });

afterEach(() => {
  vi.restoreAllMocks();
  resetMetrics();
});

describe('B24: a clock of the system', () => {
  const broken: [string, () => number][] = [
    [
      'throws',
      () => {
        throw new Error('no time');
      },
    ],
    ['gives no number', () => Number.NaN],
    ['gives a text', () => 'noon' as never],
    ['gives what is no date', () => 8.64e15 + 1],
  ];
  test.each(broken)('that %s stands still, and nothing fails with it', async (_, read) => {
    const before = [systemClock.wallMs(), systemClock.monotonicMs()];
    vi.spyOn(Date, 'now').mockImplementation(read);
    vi.spyOn(performance, 'now').mockImplementation(read);
    expect([systemClock.wallMs(), systemClock.monotonicMs()]).toEqual(before);
    seen.setToNow();
    rows.add(2, { table: 'a' });
    const text = await readExposition();
    expect(text).toContain(`clocktest_seen_timestamp_seconds ${before[0]! / 1000}\n`);
    expect(text).toContain('clocktest_rows_total{table="a"} 2\n');
    expect(text).not.toMatch(/^sightglass_measurements_dropped_total\{.*clocktest/m);
  });
});
