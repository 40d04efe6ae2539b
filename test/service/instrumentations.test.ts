import { join } from 'node:path';
import type { MetricDescriptor } from '@sightglass/core';
import * as core from '@sightglass/core/metrics';
import { type Postgres, runProgram, startPostgres } from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, describe as group, test } from 'vitest';
import { valuesIn } from './measured.ts';

interface Exported {
  readonly text: string;
  readonly warnings: readonly string[];
  /** The names that our producer gives to other exporters. */
  readonly produced: readonly string[];
  readonly port: number;
}

type Mode = 'theirs' | 'ours' | 'both';
const exported = new Map<Mode, Exported>();
let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
  for (const mode of ['theirs', 'ours', 'both'] as const) exported.set(mode, await run(mode));
});
afterAll(() => postgres?.stop());

async function run(mode: Mode): Promise<Exported> {
  const fixture = join(import.meta.dirname, 'fixtures/instrumented.cjs');
  const args = ['--expose-gc', '--conditions=@sightglass/source', fixture, mode, postgres.url];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, { env: { NO_COLOR: '1' } });
  if (code !== 0 || stdout === '') throw new Error(`${mode} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as Exported;
}

/** What both measure: a metric of the conventions, and the labels that a rule may ask it for. */
const SHARED: readonly [MetricDescriptor, readonly string[]][] = [
  [core.httpServerRequestDuration, ['http_request_method', 'http_response_status_code', 'url_scheme']],
  [
    core.httpClientRequestDuration,
    ['http_request_method', 'http_response_status_code', 'server_address', 'server_port'],
  ],
  [core.dbClientOperationDuration, ['db_system_name', 'db_operation_name']],
  [core.dbClientConnectionCount, ['db_client_connection_state', 'db_client_connection_pool_name']],
  [core.dbClientConnectionMax, ['db_client_connection_pool_name']],
  [core.dbClientConnectionPendingRequests, ['db_client_connection_pool_name']],
  [core.eventLoopTime, ['nodejs_eventloop_state']],
  [core.eventLoopUtilization, []],
  [core.eventLoopDelayP99, []],
  [core.heapUsed, ['v8js_heap_space_name']],
  [core.heapSpaceSize, ['v8js_heap_space_name']],
  [core.gcDuration, ['v8js_gc_type']],
];

const seriesName = ({ name, kind }: MetricDescriptor) => (kind === 'histogram' ? `${name}_count` : name);

group.each(['theirs', 'ours', 'both'] as const)('measured by %s', (mode) => {
  test.each(SHARED.map(([metric, labels]) => ({ metric, labels, name: metric.name })))(
    '$name is there with the labels of the conventions',
    ({ metric, labels }) => {
      const series = Object.keys(valuesIn(exported.get(mode)!.text, seriesName(metric)));
      expect(series.length).toBeGreaterThan(0);
      for (const one of series) {
        const found = one.split(' ').map((pair) => pair.split('=')[0]);
        expect(found).toEqual(expect.arrayContaining([...labels]));
      }
    },
  );

  test('each request, each outgoing request and each query is counted once', () => {
    const { text, port } = exported.get(mode)!;
    const sum = (metric: MetricDescriptor, match = '') =>
      Object.entries(valuesIn(text, seriesName(metric)))
        .filter(([labels]) => labels.includes(match))
        .reduce((total, [, count]) => total + count, 0);
    // Theirs also measure the scrape before this one.
    expect(sum(core.httpServerRequestDuration)).toBe(mode === 'ours' ? 3 : 4);
    expect(sum(core.httpClientRequestDuration, `server_port=${port}`)).toBe(3);
    expect(sum(core.dbClientOperationDuration, 'db_operation_name=SELECT')).toBe(3);
    expect(sum(core.dbClientConnectionMax)).toBe(5);
  });

  test('no series and no metadata come twice', () => {
    const lines = exported.get(mode)!.text.trim().split('\n');
    const keys = lines.map((line) => line.replace(/(?<=^# \w+ \w+ ).*| \S+$/, ''));
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });
});

test('together, the series are those of the instrumentations, and each is told of once', () => {
  const { text, warnings } = exported.get('both')!;
  for (const [metric] of SHARED) {
    const lines = text.split('\n').filter((line) => line.startsWith(`${seriesName(metric)}{`));
    expect(
      lines.filter((line) => !line.includes('otel_scope_name="@opentelemetry/instrumentation-')),
    ).toEqual([]);
  }
  const said = warnings.filter((line) => line.includes('is exported, and what this library measures is not'));
  for (const [metric] of SHARED)
    expect(said.filter((line) => line.includes(`${metric.name} (by`))).toHaveLength(1);
});

test('together, the other exporters of the SDK are not given ours either, and alone they are', () => {
  for (const [metric] of SHARED) {
    expect(exported.get('both')!.produced).not.toContain(metric.name);
    expect(exported.get('ours')!.produced).toContain(metric.name);
  }
  expect(exported.get('both')!.produced).toContain('process_cpu_seconds_total');
});

test('apart, nothing is warned of', () => {
  expect(exported.get('ours')!.warnings).toEqual([]);
  // Two of theirs share a metric and describe it differently.
  expect(exported.get('theirs')!.warnings).toEqual([
    'The metric http_client_request_duration_seconds has several descriptions; the first is exposed.',
  ]);
});
