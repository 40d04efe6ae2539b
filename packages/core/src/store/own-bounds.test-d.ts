import { expectTypeOf, test } from 'vitest';
import { histogram } from './index.ts';

const took = histogram('typetest_own_bounds_seconds', {
  help: 'Took.',
  labels: { table: String, status: ['ok', 'failed'] },
  buckets: [1],
});

test('buckets of their own are for labels that the metric has, some of them or all', () => {
  took.boundsFor({ table: 'trades' }, [1, 2]);
  took.boundsFor({ table: 'trades', status: 'ok' }, [1, 2]);
  // @ts-expect-error misspelt label
  const misspelt = () => took.boundsFor({ tabel: 'trades' }, [1, 2]);
  // @ts-expect-error no such status
  const status = () => took.boundsFor({ status: 'okay' }, [1, 2]);
  expectTypeOf([misspelt, status]).toBeArray();
});
