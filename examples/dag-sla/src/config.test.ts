import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('the settings have the defaults of the reference system: two hours, every night', () => {
  expect(readConfig({})).toMatchObject({
    dagId: 'daily-report',
    schedule: '0 2 * * *',
    slaSeconds: 7_200,
    metricsPort: 8_000,
    controlPort: undefined,
  });
});

test('everything wrong with them is said at once', () => {
  expect(() => readConfig({ SLA_SECONDS: 'two hours', METRICS_PORT: '70000' })).toThrow(
    /SLA_SECONDS must be a number[\s\S]+METRICS_PORT must be a number from 0 to 65535/,
  );
});
