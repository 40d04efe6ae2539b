import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe as metric } from '@sightglass/core/authors';
import { runProgram, serverPath } from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExposition } from '../../packages/core/src/exposition/index.ts';
import type { OtelResourceMetrics } from '../../packages/core/src/otel/data.ts';
import { Store } from '../../packages/core/src/store/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightglass-promtool-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every kind of metric from the store, with the hardest label values and help, and from an SDK with all that needs repair. */
function everything() {
  const store = new Store();
  const hard = ['plain', '', 'a"b', 'back\\slash', 'line\nfeed', 'größe 🪟', '{le="1"} 7', '\u0000'];
  const rows = store.counter(
    metric('counter', 'rows_total', { help: 'Rows "moved", \\ and\nmore.', labels: ['table'] }),
  );
  const lag = store.gauge(
    metric('gauge', 'watermark_timestamp_seconds', { help: 'Newest row.', labels: ['table'] }),
  );
  const runs = store.histogram(
    metric('histogram', 'run_duration_seconds', {
      help: 'Runs.',
      labels: ['table'],
      buckets: [1e-7, 0.5, 1e21],
    }),
  );
  for (const table of hard) {
    rows.add(1e21, { table });
    lag.set(-1e-7, { table });
    runs.record(0.25, { table });
  }
  store.info(metric('info', 'app_build_info', { help: 'Build.', labels: ['version'] })).set({ version: '1' });
  const at = { startTime: [0, 0] as [number, number], endTime: [0, 0] as [number, number] };
  const descriptor = { description: 'An SDK metric.', unit: 's' };
  const histogram = { buckets: { boundaries: [1], counts: [1, 0] }, sum: 0.5, count: 1 };
  const metrics: OtelResourceMetrics['scopeMetrics'][number]['metrics'] = [
    {
      descriptor: { ...descriptor, name: 'http.client.duration' },
      aggregationTemporality: 1,
      dataPointType: 0,
      dataPoints: [{ ...at, attributes: { le: 'x', 'a.b': 1, a_b: 2, __name__: 'x' }, value: histogram }],
    },
    {
      descriptor: { ...descriptor, name: 'run.duration' },
      aggregationTemporality: 1,
      dataPointType: 0,
      dataPoints: [{ ...at, attributes: { table: 'sdk' }, value: histogram }],
    },
    {
      descriptor: { ...descriptor, name: 'cpu.time' },
      aggregationTemporality: 1,
      dataPointType: 3,
      isMonotonic: true,
      dataPoints: [{ ...at, attributes: {}, value: 1.5 }],
    },
    ...['请求', '@', '_total', 'rows', 'app_build', 'target', 'moved.rows', 'moved_rows'].map((name) => ({
      descriptor: { ...descriptor, name, unit: '' },
      aggregationTemporality: 1,
      dataPointType: 3 as const,
      isMonotonic: true,
      dataPoints: [
        { ...at, attributes: { 'otel.scope.name': 'a', key: '\ud800' }, value: 1 },
        { ...at, attributes: { 'otel.scope.name': 'a', key: '\udc00', empty: '' }, value: 2 },
      ],
    })),
    {
      descriptor: { ...descriptor, name: 'offset' },
      aggregationTemporality: 1,
      dataPointType: 0,
      dataPoints: [
        {
          ...at,
          attributes: {},
          value: { buckets: { boundaries: [-1, -1, 0], counts: [0, 1, 0, 1] }, count: 2 },
        },
      ],
    },
    {
      descriptor: { ...descriptor, name: 'odd', unit: '1' },
      aggregationTemporality: 1,
      dataPointType: 2,
      dataPoints: [{ ...at, attributes: { '1st': 'x' }, value: Number.NaN }],
    },
  ];
  const scopes = ['one', 'two'].map((name) => ({ scope: { name, version: '1' }, metrics }));
  const sdk = async () => ({
    resource: { attributes: { 'service.name': 'every"thing' } },
    scopeMetrics: scopes,
  });
  return createExposition({ store, sdk });
}

test.each(['promtool', 'promtool3'] as const)(
  "A31: %s's server reads OpenMetrics whatever the SDK holds",
  async (tool) => {
    const { chunks } = await everything().render('application/openmetrics-text');
    // The command reads as a scrape does, and asks for a time on each line besides.
    const timed = Buffer.concat(chunks)
      .toString()
      .replaceAll(/^([^#].*)$/gm, '$1 1700000000');
    expect(timed).toContain('# TYPE target info\n');
    const file = join(folder, `${tool}.om`);
    await writeFile(file, timed);
    const read = await runProgram(serverPath(tool) ?? `${tool} is missing`, [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      file,
      join(folder, `${tool}-blocks`),
    ]);
    expect([read.code, read.stderr]).toEqual([0, '']);
  },
);

test.each(['promtool', 'promtool3'] as const)(
  '%s finds nothing to complain of in the text format',
  async (tool) => {
    const { chunks } = await everything().render();
    const file = join(folder, `${tool}.prom`);
    await writeFile(file, Buffer.concat(chunks));
    const check = await runProgram('/bin/sh', [
      '-c',
      '"$0" check metrics < "$1"',
      serverPath(tool) ?? `${tool} is missing`,
      file,
    ]);
    expect(check).toEqual({ code: 0, stdout: '', stderr: '' });
  },
);
