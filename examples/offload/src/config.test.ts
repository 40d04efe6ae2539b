import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has the reference schedule and objectives when nothing is set', () => {
  expect(readConfig({})).toMatchObject({
    databaseUrl: undefined,
    coldTierDir: undefined,
    metricsPort: 8_000,
    controlPort: undefined,
    intervalSeconds: 900,
    tableTimeoutSeconds: undefined,
    lagObjectiveSeconds: 1_800,
    cycleDurationObjectiveSeconds: 600,
    throughputObjectiveRowsPerSecond: 10_000,
  });
});

it('takes what the environment sets, and an empty variable for none', () => {
  const env = {
    DATABASE_URL: 'postgres://db',
    INTERVAL_SECONDS: '15',
    CONTROL_PORT: '',
    TABLE_TIMEOUT_SECONDS: '2.5',
  };
  expect(readConfig(env)).toMatchObject({
    databaseUrl: 'postgres://db',
    intervalSeconds: 15,
    controlPort: undefined,
    tableTimeoutSeconds: 2.5,
  });
});

it('lists everything that is wrong', () => {
  const wrong = () => readConfig({ INTERVAL_SECONDS: 'often', METRICS_PORT: '70000', COLD_TIER_DIR: 'cold' });
  expect(wrong).toThrow(/COLD_TIER_DIR needs DATABASE_URL/);
  expect(wrong).toThrow(/INTERVAL_SECONDS must be a number from 0.1, not "often"/);
  expect(wrong).toThrow(/METRICS_PORT must be a number from 0 to 65535/);
});
