import { expect, test } from 'vitest';
import { recordings } from '../../shipped.ts';
import { renderQuery } from '../promql/promql.ts';
import { mismatch } from './checks/measures.ts';
import { type Measure, measure, measureText, ofName } from './measure.ts';
import type { CheckedQuery } from './problem.ts';
import { parseQuery } from './tree.ts';

const said = (expression: string) => {
  const measured = measure(expression);
  return measured && `${measureText(measured)}${measured.factor === 1 ? '' : ` x${measured.factor}`}`;
};

test.each([
  ['run_duration_seconds_sum', 'seconds'],
  ['rate(run_duration_seconds_sum[5m]) / rate(run_duration_seconds_count[5m])', 'seconds per count'],
  ['rate(runs_total[5m])', 'counts per second'],
  ['60 * sum by (job) (rate(runs_total[5m]))', 'counts per second x60'],
  ['sum(rate(errors_total[5m])) / (sum(rate(runs_total[5m])) > 0)', 'shares'],
  ['rate(process_cpu_seconds_total[5m])', 'shares'],
  ['time() - last_run_timestamp_seconds', 'seconds'],
  ['time() - ALERTS_FOR_STATE', 'seconds'],
  ['last_run_timestamp_seconds + interval_seconds', 'points in time'],
  ['last_run_timestamp_seconds + 300', 'points in time'],
  ['histogram_quantile(0.9, sum by (le) (rate(size_bytes_bucket[5m])))', 'bytes'],
  ['count by (job) (size_bytes)', 'counts'],
  ['process_resident_memory_bytes / 1000', 'bytes x0.001'],
  ['rate(sent_bytes_total[5m])', 'bytes per second'],
  ['a_seconds > bool b_seconds', 'shares'],
  ['0 * a_seconds + time()', 'points in time'],
  ['queue_depth', undefined],
  ['queue_depth or a_seconds', 'seconds'],
  ['5', undefined],
  ['job_name:job_runs:increase_window', 'counts'],
  ['job_name:job_runs_failed:ratio_window', 'shares'],
  ['layer:offload_rows:rate_window', 'counts per second'],
  ['absent(a_seconds)', 'shares'],
])('%s measures %s', (expression, measured) => {
  expect(said(expression)).toBe(measured);
});

test.each([
  ['time() + last_run_timestamp_seconds > 300', ['two points in time are added']],
  ['age_seconds - time() > 0', ['a point in time is taken from a length of time']],
  ['a_seconds > b_bytes', ['seconds are compared with bytes']],
  ['a_seconds + b_bytes', ['seconds are added to bytes']],
  ['a_bytes - b_seconds', ['seconds are taken from bytes']],
  ['last_run_timestamp_seconds > interval_seconds', ['points in time are compared with seconds']],
  ['rate(a_total[5m]) > b_seconds', ['counts per second are compared with seconds']],
  ['time() - last_run_timestamp_seconds > 2 * interval_seconds', []],
  ['errors_total / (runs_total > 0) > limit_ratio', []],
  ['a_seconds > 5 or b_bytes > 6', []],
])('%s: %j', (expression, messages) => {
  const found = mismatch.run(parseQuery(expression) as CheckedQuery);
  expect(found.map(({ message }) => message)).toEqual(messages);
});

test('what is recorded measures what its name says', () => {
  // Aliases have the names that others gave them.
  const own = recordings.filter(({ record }) => !record.startsWith('iceberg_offload:'));
  const known = own.flatMap(({ record, expr }) => {
    const [named, measured] = [ofName(record), measure(renderQuery(expr))];
    return named && measured ? [{ record, named, measured }] : [];
  });
  expect(known.length).toBeGreaterThan(100);
  for (const { record, named, measured } of known) {
    // A mean is of things, and a burn rate is so many times what is allowed: names do not say so.
    const of = ({ seconds, bytes, isInstant }: Measure) => ({ seconds, bytes, isInstant });
    expect({ record, ...of(measured) }).toEqual({ record, ...of(named) });
  }
});
