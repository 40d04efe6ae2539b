import { metrics, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Logger, setLogger } from '../logging/index.ts';
import { counter, gauge, histogram } from '../store/index.ts';
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
