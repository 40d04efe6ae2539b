import { expect, test } from 'vitest';
import { offloadCycleDuration, offloadDuration } from './metrics.ts';

test('the durations have the buckets of reference system 004', () => {
  expect(offloadDuration.descriptor.buckets).toEqual([1, 5, 10, 30, 60, 120, 300, 600]);
  expect(offloadCycleDuration.descriptor.buckets).toEqual([5, 10, 15, 30, 60, 120, 300, 600, 900]);
});
