import { metrics, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Logger, setLogger } from '../logging/index.ts';
import { counter, gauge, histogram } from '../store/index.ts';
import { numberCorrections } from './environment-numbers.ts';
import { startTelemetry, type Telemetry } from './index.ts';
import { type OtlpSink, otlpSink } from './otlp-sink.support.ts';

let sink: OtlpSink;
let telemetry: Telemetry | undefined;
const lines: unknown[][] = [];
const at =
  (level: string) =>
  (...line: unknown[]) =>
    void lines.push([level, ...line]);
const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };

const rows = counter('pushed_rows_total', { help: 'Rows.', labels: { table: String }, unit: '{row}' });
const age = gauge('pushed_newest_timestamp_seconds', { help: 'Newest.' });
const took = histogram('pushed_duration_seconds', { help: 'Took.', buckets: [1, 5] });

beforeEach(async () => {
  sink = await otlpSink();
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '600000');
});

afterEach(async () => {
  await telemetry?.shutdown();
  await sink.close();
  setLogger(undefined);
  vi.unstubAllEnvs();
  lines.length = 0;
});

test('OTLP carries the names and values of the scrape, ours and the SDK’s, with the same resource', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${sink.url}/v1/metrics`);
  telemetry = await startTelemetry({ port: 0, serviceName: 'pushing', logger });
  rows.add(12, { table: 'trades' });
  age.set(1_800_000_000);
  took.record(2);
  metrics.getMeter('host').createCounter('host_requests_total').add(4);
  const scraped = await (await fetch(`${telemetry.url}/metrics`)).text();
  const { service_instance_id: instance } = labelsOf(scraped, 'target_info');
  await telemetry.shutdown();

  const pushed = sink.metrics();
  expect(pushed.get('pushed_rows_total')).toMatchObject({
    unit: '{row}',
    sum: { isMonotonic: true, aggregationTemporality: 2 },
  });
  const [point] = pushed.get('pushed_rows_total')!.sum!.dataPoints;
  expect(point!.asDouble ?? point!.asInt).toBe(12);
  expect(point!.attributes).toEqual([{ key: 'table', value: { stringValue: 'trades' } }]);
  expect(pushed.get('pushed_duration_seconds')!.histogram!.dataPoints[0]).toMatchObject({ count: 1, sum: 2 });
  expect(pushed.get('pushed_newest_timestamp_seconds')!.gauge!.dataPoints).toHaveLength(1);
  for (const name of [
    'pushed_rows_total{table="trades"} 12',
    'pushed_duration_seconds_sum 2',
    'pushed_newest_timestamp_seconds 1800000000',
    'host_requests_total{otel_scope_name="host"} 4',
  ]) {
    expect(scraped).toContain(name);
  }
  expect(pushed.get('host_requests_total')!.sum!.dataPoints).toHaveLength(1);
  expect(sink.resource()).toMatchObject({ 'service.name': 'pushing', 'service.instance.id': instance });
  expect(Object.keys(sink.resource()).join()).not.toMatch(/process\.|host\./);
});

test.each([
  ['nothing', {}, []],
  ['the general endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'sink' }, ['/v1/metrics', '/v1/traces']],
  ['the metrics endpoint', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'sink/v1/metrics' }, ['/v1/metrics']],
  ['the traces endpoint', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'sink/v1/traces' }, ['/v1/traces']],
  ['no metrics', { OTEL_EXPORTER_OTLP_ENDPOINT: 'sink', OTEL_METRICS_EXPORTER: 'none' }, ['/v1/traces']],
  [
    'prometheus alone',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'sink', OTEL_METRICS_EXPORTER: 'prometheus' },
    ['/v1/traces'],
  ],
  ['no traces', { OTEL_EXPORTER_OTLP_ENDPOINT: 'sink', OTEL_TRACES_EXPORTER: 'none' }, ['/v1/metrics']],
])('pushes what the variables ask for: %s', async (_, env, expected) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, String(value).replace('sink', sink.url));
  telemetry = await startTelemetry({ port: 0, logger });
  rows.add(1, { table: 'trades' });
  trace.getTracer('host').startSpan('work').end();
  await telemetry.shutdown();
  expect([...new Set(sink.paths)].sort()).toEqual(expected);
});

test('a collector that can’t be reached is logged, and the host goes on', async () => {
  await sink.close();
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${sink.url}/v1/metrics`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
  telemetry = await startTelemetry({ port: 0, logger });
  rows.add(1, { table: 'trades' });
  await telemetry.shutdown();
  expect(
    lines.some(
      ([level, fields]) =>
        level === 'error' && (fields as { component?: string }).component === 'opentelemetry',
    ),
  ).toBe(true);
});

test('a protocol that does not exist and an interval that can’t be are said, and the defaults used', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${sink.url}/v1/metrics`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'carrier-pigeon');
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '-1');
  telemetry = await startTelemetry({ port: 0, logger });
  const warnings = lines.filter(([level]) => level === 'warn').map((line) => line.at(-1));
  expect(warnings).toEqual([
    expect.stringContaining('OTEL_METRIC_EXPORT_INTERVAL'),
    expect.stringContaining('"carrier-pigeon"'),
  ]);
  expect(telemetry.problems).toEqual([]);
});

function labelsOf(text: string, metric: string): Record<string, string> {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${metric}{`))!;
  return Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
}

test.each([
  ['2592000000', '2147483647 is used'],
  ['1e99', '2147483647 is used'],
  ['Infinity', '2147483647 is used'],
  ['0', 'the default is used'],
  ['-1', 'the default is used'],
  ['0.5', 'the default is used'],
  ['60s', 'the default is used'],
  ['NaN', 'the default is used'],
])('A20: an export interval of %s is not taken, and said', async (interval, used) => {
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', interval);
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${sink.url}/v1/metrics`);
  const timers = vi.spyOn(globalThis, 'setInterval');
  telemetry = await startTelemetry({ port: 0, logger });
  const waits = timers.mock.calls.map(([, ms]) => ms ?? 0);
  timers.mockRestore();
  expect(waits).toContain(used.startsWith('the default') ? 60_000 : 2 ** 31 - 1);
  expect(lines.filter(([level]) => level === 'warn').map((line) => line.at(-1))).toEqual([
    expect.stringMatching(/^OTEL_METRIC_EXPORT_INTERVAL must be a number of milliseconds/),
  ]);
  expect(JSON.stringify(lines)).toContain(used);
  expect(process.env.OTEL_METRIC_EXPORT_INTERVAL).toBe(interval);
});

test('A20: other numbers that the SDK could not work with are not taken either, and the rest is', async () => {
  const problems: string[] = [];
  const env = {
    OTEL_METRIC_EXPORT_TIMEOUT: '1e12',
    OTEL_EXPORTER_OTLP_TIMEOUT: '9999999999',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '-5',
    OTEL_BSP_SCHEDULE_DELAY: '2592000000',
    OTEL_BLRP_EXPORT_TIMEOUT: 'soon',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '0.5',
    OTEL_BLRP_MAX_QUEUE_SIZE: '-1',
    OTEL_METRIC_EXPORT_INTERVAL: ' 60000 ',
    OTEL_BSP_MAX_QUEUE_SIZE: '100',
    OTEL_BSP_EXPORT_TIMEOUT: '',
  };
  expect(numberCorrections(env, (problem) => problems.push(problem))).toEqual({
    OTEL_METRIC_EXPORT_TIMEOUT: '2147483647',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2147483647',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: undefined,
    OTEL_BSP_SCHEDULE_DELAY: '2147483647',
    OTEL_BLRP_EXPORT_TIMEOUT: undefined,
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: undefined,
    OTEL_BLRP_MAX_QUEUE_SIZE: undefined,
  });
  expect(problems).toHaveLength(7);
});

test('B2: a callback of the host that never returns costs itself in the scrape', async () => {
  telemetry = await startTelemetry({ port: 0, logger });
  const meter = metrics.getMeter('host');
  meter.createCounter('host_requests_total').add(4);
  meter.createObservableGauge('host_hangs').addCallback(() => new Promise(() => {}));
  const scraped = await (await fetch(`${telemetry.url}/metrics`)).text();
  expect(scraped).toContain('host_requests_total{otel_scope_name="host"} 4');
  expect(scraped).toContain('sightglass_collector_success{collector="otel_sdk"} 0');
});

test('B2: nor does it cost what is pushed when the process ends', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${sink.url}/v1/metrics`);
  telemetry = await startTelemetry({ port: false, logger });
  const meter = metrics.getMeter('host');
  meter.createCounter('host_requests_total').add(4);
  meter.createObservableGauge('host_hangs').addCallback(() => new Promise(() => {}));
  rows.add(12, { table: 'trades' });
  await telemetry.shutdown();
  const pushed = sink.metrics();
  expect(pushed.has('pushed_rows_total')).toBe(true);
  expect(pushed.has('host_requests_total')).toBe(true);
});
