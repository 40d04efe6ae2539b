import { expectTypeOf, test } from 'vitest';
import { declareStatistic, recordStatistic, type StatisticKind } from '../index.ts';

test('a kind is one of three', () => {
  const rows = declareStatistic({ name: 'typetest', kind: 'volume' });
  expectTypeOf(rows.kind).toEqualTypeOf<StatisticKind>();
  // @ts-expect-error no such kind
  declareStatistic({ name: 'typetest', kind: 'size' });
  // @ts-expect-error it needs a kind
  declareStatistic({ name: 'typetest' });
  // @ts-expect-error no such method
  declareStatistic({ name: 'typetest', kind: 'value', method: 'mean' });
  // @ts-expect-error a value is a number
  rows.record('7');
  // @ts-expect-error it needs a value
  recordStatistic({ statistic: 'typetest', kind: 'volume' });
});
