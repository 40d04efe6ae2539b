import { type Prometheus, serverPath, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';
import { type Stack, startStack } from './stack.ts';

/** Every metric of reference system 004 under its own name (items 004-M1 to 004-M12), its recording rules, and the two gauges that it leaves unnamed. */
const NAMES_OF_004 = [
  'offload_rows_total',
  'offload_cycles_total',
  'offload_errors_total',
  'offload_lag_minutes',
  'watermark_timestamp_seconds',
  'watermark_timestamp',
  'offload_tables_configured',
  'offload_last_cycle_timestamp_seconds',
  'offload_last_success_timestamp_seconds',
  'offload_duration_seconds_bucket',
  'offload_cycle_duration_seconds_bucket',
  'offload_rows_per_second{quantile="0.99"}',
  'offload_info',
  'offload_info_info',
  'iceberg_offload:cycle_count:5m',
  'iceberg_offload:duration_avg:5m',
  'iceberg_offload:rows_rate:5m',
];

const VERSIONS = ([2, 3] as const).filter(
  (version) => version === 2 || serverPath('prometheus3') !== undefined,
);

let stack: Stack;
let main: Prometheus;
const all: { readonly version: 2 | 3; readonly prometheus: Prometheus }[] = [];

beforeAll(async () => {
  stack = await startStack();
  for (const version of VERSIONS) all.push({ version, prometheus: await stack.prometheus(version) });
  main = all[0]!.prometheus;
});

afterAll(() => stack?.stop());

/** The alert as the receiver heard of it. */
const notified = (alertname: string, status: 'firing' | 'resolved', table?: string) =>
  stack.sink.waitFor(
    ({ alerts }) =>
      alerts.some(
        (alert) =>
          alert.status === status &&
          alert.labels.alertname === alertname &&
          (table === undefined || alert.labels.table === table),
      ),
    { what: `${alertname} to be ${status} at the receiver` },
  );

/** Limits that are drawn only where cycles come near them. */
const FAR = ['Cycle duration C', 'Cycle duration D'];

describe('while all is well', () => {
  test.each(VERSIONS)('Prometheus %d evaluates every rule without an error', async (version) => {
    const { prometheus } = all.find((one) => one.version === version)!;
    const rules = await expectHealthyRules(prometheus);
    // The nine of reference system 004, and those of a table that is gone, a name that is shared and a layer that is disabled.
    const alerts = rules.map(({ name }) => name).filter((name) => name.startsWith('IcebergOffload'));
    expect(new Set(alerts).size).toBe(12);
    // Only the oldest is asked for more.
    if (prometheus !== main) await prometheus.stop();
  });

  test.each(NAMES_OF_004)('%s can be queried', async (name) => {
    await waitUntil(async () => (await main.query(name)).length > 0, {
      what: `a value of ${name}`,
    });
  });

  test.each(['sightglass-offload', 'sightglass-telemetry'])('every panel of %s has data', (uid) =>
    expectDataInEveryPanel(main, uid, [
      ...['Configured tables B', 'Configured tables C', ...FAR],
      // One process, which serves no other.
      'Missing processes A',
    ]),
  );

  test('no offload alert fires', async () => {
    const firing = (await main.alerts())
      .filter(({ state, labels }) => state === 'firing' && labels.component === 'offload')
      .map(({ labels }) => labels.alertname!);
    // A machine that is busy is slow in truth.
    expect(firing.filter((alertname) => !/ThroughputLow|Cycle(Too)?Slow/.test(alertname))).toEqual([]);
  });

  test('doctor says of each alert and each panel what is so of it here', async () => {
    const page = await (await fetch(stack.example.metricsUrl)).text();
    expect(falseVerdicts(page, exampleVerdicts.offload)).toEqual([]);
  });
});

describe('what is broken reaches the receiver, and so does its recovery', () => {
  test('a table that fails, beside one whose watermark is stuck', async () => {
    await stack.example.control.inject('failing-table', { table: 'quotes' });
    await stack.example.control.inject('stuck-watermark', { table: 'orders' });
    const failing = await notified('IcebergOffloadConsecutiveFailures', 'firing', 'quotes');
    expect(failing.commonAnnotations).toMatchObject({
      summary: 'A table fails in every offload.',
      runbook_url: expect.stringContaining('offload-failure.md#icebergoffloadconsecutivefailures'),
    });
    await notified('IcebergOffloadLagCritical', 'firing', 'orders');
    await notified('IcebergOffloadWatermarkStale', 'firing', 'orders');
    await stack.example.control.repair();
    await notified('IcebergOffloadConsecutiveFailures', 'resolved', 'quotes');
    await notified('IcebergOffloadLagCritical', 'resolved', 'orders');
    await notified('IcebergOffloadWatermarkStale', 'resolved', 'orders');
  });

  test('a cycle that hangs, while it hangs', async () => {
    await stack.example.control.inject('hang', { table: 'trades' });
    await notified('IcebergOffloadCycleTooSlow', 'firing');
    await stack.example.control.repair('hang');
    await notified('IcebergOffloadCycleTooSlow', 'resolved');
  });

  test('a scheduler that was killed; its restart', async () => {
    await stack.example.kill();
    await notified('IcebergOffloadSchedulerDown', 'firing');
    await stack.example.restart();
    await notified('IcebergOffloadSchedulerDown', 'resolved');
  });
});
