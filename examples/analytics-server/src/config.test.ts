import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('has the port and the capacity of the reference when nothing is set', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 3_000,
    queueCapacity: 10_000,
    databaseUrl: undefined,
    redisUrl: undefined,
    metricsPort: undefined,
    controlPort: undefined,
  });
});

test('lists everything that is wrong', () => {
  const wrong = { PORT: '70000', QUEUE_CAPACITY: '1.5', LATENCY_OBJECTIVE_SECONDS: 'soon', WORKERS: '' };
  expect(() => readConfig(wrong)).toThrow(
    'The settings are wrong:\n- PORT must be a number from 0 to 65535, not "70000"\n- QUEUE_CAPACITY must be a whole number, not "1.5"\n- LATENCY_OBJECTIVE_SECONDS must be a number from 0.01 to 9.9, not "soon"',
  );
});
