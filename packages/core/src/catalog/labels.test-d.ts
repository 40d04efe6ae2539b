import { expectTypeOf, test } from 'vitest';
import { counter, gauge, histogram } from '../store/index.ts';
import type { LabelsOf } from './labels.ts';

const outcomes = counter('typetest_runs_total', {
  help: 'Runs.',
  labels: { table: String, outcome: ['ok', 'failed'] },
});
const named = gauge('typetest_depth', { help: 'Depth.', labels: ['queue'] });
const bare = histogram('typetest_duration_seconds', { help: 'Durations.', buckets: [1] });

test('a closed set becomes a union, an open label any string', () => {
  expectTypeOf<LabelsOf<{ table: typeof String; outcome: readonly ['ok', 'failed'] }>>().toEqualTypeOf<{
    readonly table: string;
    readonly outcome: 'ok' | 'failed';
  }>();
});

test('complete labels compile', () => {
  outcomes.add(1, { table: 'trades', outcome: 'ok' });
  named.set(3, { queue: 'events' });
  bare.record(0.2);
  outcomes.where({ outcome: ['ok', 'failed'] });
});

test('a missing, extra, misspelt or out-of-set label does not compile', () => {
  // @ts-expect-error labels are required
  outcomes.add(1);
  // @ts-expect-error outcome is missing
  outcomes.add(1, { table: 'trades' });
  // @ts-expect-error shard is not a label
  outcomes.add(1, { table: 'trades', outcome: 'ok', shard: '1' });
  // @ts-expect-error misspelt label
  outcomes.add(1, { tabel: 'trades', outcome: 'ok' });
  // @ts-expect-error not in the closed set
  outcomes.add(1, { table: 'trades', outcome: 'okay' });
  // @ts-expect-error a number is not a label value
  named.bind({ queue: 7 });
  // @ts-expect-error no labels are declared
  bare.record(1, { queue: 'events' });
  // @ts-expect-error a matcher for a label that does not exist
  outcomes.where({ shard: '1' });
  // @ts-expect-error a matcher outside the closed set
  outcomes.where({ outcome: 'okay' });
});

test('a histogram without buckets or a metric without help does not compile', () => {
  // @ts-expect-error buckets are missing
  const noBuckets = () => histogram('typetest_x_seconds', { help: 'X.' });
  // @ts-expect-error help is missing
  const noHelp = () => counter('typetest_y_total', {});
  expectTypeOf(noBuckets).toBeFunction();
  expectTypeOf(noHelp).toBeFunction();
});
