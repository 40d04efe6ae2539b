import { test } from 'vitest';
import { gauge } from '../index.ts';

test('a gauge may say how the values of several processes become one', () => {
  const ended = gauge('typetest_ended_timestamp_seconds', {
    help: 'Ended.',
    labels: ['of'],
    merge: 'latest',
  });
  gauge('typetest_failures', { help: 'Failures.', labels: ['of'], merge: { newestBy: ended } });
  // @ts-expect-error Nothing averages.
  const average = () => gauge('typetest_average', { help: 'A.', merge: 'average' });
  void average;
});
