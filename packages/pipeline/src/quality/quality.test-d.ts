import { expectTypeOf, test } from 'vitest';
import { declareDataset, type ExpectationSeverity, recordQualityCheck, recordValueRange } from '../index.ts';

test('suites and columns are those that are declared', () => {
  const dataset = declareDataset({ name: 'typetest', suites: ['gold_suite'], values: { pm25: { min: 0 } } });
  dataset.checked({ suite: 'gold_suite', evaluated: 1 });
  dataset.values({ column: 'pm25', min: 1 });
  // @ts-expect-error no such suite is declared
  dataset.checked({ suite: 'silver_suite', evaluated: 1 });
  // @ts-expect-error no such column is declared
  dataset.values({ column: 'pm10', min: 1 });
  // @ts-expect-error an interval for each suite
  declareDataset({ name: 'typetest', suites: ['a', 'b'], checkIntervalSeconds: { a: 1 } });
});

test('severities are a closed set, and names are not left out', () => {
  expectTypeOf<ExpectationSeverity>().toEqualTypeOf<'error' | 'warn'>();
  // @ts-expect-error no such severity
  recordQualityCheck({ dataset: 'a', suite: 'b', failures: [{ expectation: 'c', severity: 'fatal' }] });
  // @ts-expect-error of which data set
  recordQualityCheck({ suite: 'b', evaluated: 1 });
  // @ts-expect-error of which column
  recordValueRange({ dataset: 'a', min: 1 });
});
