import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, runProgram, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERATIONS, installedService } from './generations.ts';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';
import { ROOT } from './packed.ts';
import { fromOtlp, fromText, type OtlpRequest, type Samples } from './samples.ts';
import { startService } from './service-process.ts';

/** Without the `NODE_PATH` that pnpm gives to a test run, through which every package of the workspace could be found. */
const CLEAN = {};
const WAYS = ['telemetry', 'producer', 'bridge'] as const;

/** What every service records, by the helpers of every package. */
const RECORDED: Samples = {
  'invoices_sent_total{outcome="ok"}': 3,
  'invoices_sent_total{outcome="bounced"}': 0,
  'invoice_duration_seconds_bucket{le="0.1"}': 1,
  'invoice_duration_seconds_bucket{le="1"}': 2,
  'invoice_duration_seconds_bucket{le="+Inf"}': 3,
  invoice_duration_seconds_count: 3,
  invoice_duration_seconds_sum: 5.55,
  invoice_queue_depth: 7,
  'offload_rows_total{layer="bronze",table="trades"}': 120_000,
  'offload_rows_total{layer="bronze",table="quotes"}': 0,
  'offload_errors_total{error_type="timeout",layer="bronze",table="quotes"}': 1,
  'offload_errors_total{error_type="process_error",layer="bronze",table="trades"}': 0,
  'offload_cycles_total{layer="bronze",status="partial"}': 1,
  'offload_cycles_total{layer="bronze",status="failed"}': 0,
  'offload_watermark_timestamp_seconds{layer="bronze",table="trades"}': 1_699_999_000,
  'offload_watermark_timestamp_seconds{layer="bronze",table="quotes"}': 1_699_998_000,
  'offload_last_success_timestamp_seconds{layer="bronze",table="trades"}': 1_700_000_000,
  'offload_duration_seconds_bucket{layer="bronze",le="10",status="success",table="trades"}': 1,
  'offload_info{layer="bronze",version="1.0.0"}': 1,
  'job_runs_total{job_name="nightly",status="success",trigger="scheduled"}': 1,
  'job_runs_total{job_name="nightly",status="missed",trigger="scheduled"}': 0,
  'job_start_lateness_seconds_sum{job_name="nightly"}': 5,
  'job_run_duration_seconds_count{job_name="nightly",status="success"}': 1,
  'job_last_success_timestamp_seconds{job_name="nightly"}': 1_700_000_000,
  'job_next_run_timestamp_seconds{job_name="nightly"}': 1_700_010_000,
  'job_interval_seconds{job_name="nightly"}': 90_000,
  'sightglass_collector_success{collector="invoice_queue_depth"}': 1,
  'sightglass_collector_success{collector="invoice_unread_depth"}': 0,
};

/**
 * Ours and the service's own; what the SDK and Node say of themselves differs with the way,
 * and so does whether our endpoint has an SDK to read.
 */
const recordedBy = (samples: Samples): Samples =>
  Object.fromEntries(
    Object.entries(samples)
      .filter(
        ([series]) =>
          /^(invoices?|offload|job|sightglass)_/.test(series) && !series.includes('collector="otel_sdk"'),
      )
      // Each way is a process of its own.
      .map(([series, value]) => [series.replace(/process_id="[^"]+"/, 'process_id="one"'), value]),
  );

/** An instrument of OpenTelemetry has no histogram series before its first observation, so an attached provider shows none. */
function withoutEmptyHistograms(samples: Samples): Samples {
  const countOf = (series: string) =>
    /^\w+_(bucket|sum|count)(?!\w)/.test(series)
      ? series
          .replace(/_(bucket|sum)(?!\w)/, '_count')
          .replace(/\ble="[^"]*",?/, '')
          .replace(/,}$/, '}')
          .replace('{}', '')
      : undefined;
  return Object.fromEntries(
    Object.entries(samples).filter(([series]) => samples[countOf(series) ?? ''] !== 0),
  );
}

/** The names of the metrics, each once. */
const familiesOf = (samples: Samples) => new Set(Object.keys(samples).map((series) => series.split('{')[0]));

async function scrape(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

let folders: readonly string[];

beforeAll(async () => {
  folders = await Promise.all(GENERATIONS.map(installedService));
});

describe.each(GENERATIONS)('installed from the tarballs, $name', (generation) => {
  let folder: string;
  let node: string;
  let sink: OtlpSink;

  beforeAll(async () => {
    folder = folders[GENERATIONS.indexOf(generation)]!;
    node = generation.node();
    await cp(join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
    sink = await startOtlpSink();
  });
  afterAll(() => sink?.close());

  /** Runs a service, scrapes it, ends it, and gives what was scraped and what it sent as it ended. */
  async function runService(file: string, way: (typeof WAYS)[number]) {
    const sentBefore = sink.requests.length;
    const service = await startService(node, join(folder, file), {
      WAY: way,
      PORT: String(await freePort()),
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    let text: string;
    try {
      expect(service.node).toMatch(new RegExp(`^${generation.nodeMajor}\\.`));
      text = await waitUntil(() => scrape(service.url), { what: 'the scrape' });
    } finally {
      await service.stop();
    }
    const sent: readonly OtlpRequest[] = sink.requests.slice(sentBefore);
    const last = sent.findLast((request) => Object.keys(recordedBy(fromOtlp(request))).length > 0);
    return { text, scraped: recordedBy(fromText(text)), pushed: recordedBy(fromOtlp(last ?? {})) };
  }

  describe.each(['service.mjs', 'service.cjs'])('%s', (file) => {
    const results = new Map<string, Awaited<ReturnType<typeof runService>>>();

    test.each(WAYS)('exports what it records by way of %s', async (way) => {
      const result = await runService(file, way);
      results.set(way, result);
      expect(result.scraped).toMatchObject(RECORDED);
      expect(result.pushed).toEqual(result.scraped);
      expect(result.text).not.toMatch(/^invoice_unread_depth /m);
    });

    test('the three ways give the same names and values', () => {
      const { telemetry, producer, bridge } = Object.fromEntries(
        WAYS.map((way) => [way, results.get(way)?.scraped ?? {}]),
      ) as Record<(typeof WAYS)[number], Samples>;
      expect(Object.keys(telemetry).length).toBeGreaterThan(100);
      expect(producer).toEqual(telemetry);
      expect(bridge).toEqual(withoutEmptyHistograms(telemetry));
      expect(familiesOf(bridge)).toEqual(familiesOf(telemetry));
    });
  });

  describe.each([
    { resolution: 'nodenext', options: ['--module', 'nodenext', '--moduleResolution', 'nodenext'] },
    { resolution: 'bundler', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
  ])('TypeScript, $resolution', ({ resolution, options }) => {
    test('compiles and exports what it records', async () => {
      const out = join(folder, resolution);
      const args = ['-p', join(folder, 'tsconfig.json'), ...options, '--outDir', out];
      expect(await runProgram(join(ROOT, 'node_modules/.bin/tsc'), args)).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      const { scraped, pushed } = await runService(join(resolution, 'service.js'), 'telemetry');
      expect(scraped).toMatchObject(RECORDED);
      expect(pushed).toEqual(scraped);
    });
  });

  test('core needs the OpenTelemetry API alone', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'sightglass-alone-'));
    try {
      for (const name of ['@sightglass/core', '@opentelemetry/api']) {
        const installed = join('node_modules', name);
        await cp(join(folder, installed), join(empty, installed), { recursive: true });
      }
      await cp(join(folder, 'alone.mjs'), join(empty, 'alone.mjs'));
      const result = await runProgram(node, [join(empty, 'alone.mjs')], { cwd: empty, env: CLEAN });
      expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 0, stdout: 'alone\n' });
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });

  test('the command lines render rules and dashboards', async () => {
    for (const [name, extension] of [
      ['rules', '.yml'],
      ['dashboards', '.json'],
    ] as const) {
      const out = join(folder, 'rendered', name);
      const cli = join(folder, `node_modules/@sightglass/${name}/dist/cli.js`);
      const { code, stderr } = await runProgram(node, [cli, 'render', '--out', out], { env: CLEAN });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect((await readdir(out)).filter((file) => file.endsWith(extension))).not.toEqual([]);
    }
  });

  test('an import and a require of core share one store', async () => {
    const result = await runProgram(node, [join(folder, 'one-store.mjs')], { env: CLEAN });
    expect(result.stderr).toBe('');
    expect(result).toMatchObject({ code: 0, stdout: 'one store\n' });
  });

  test('each format has the store once, however many entries use it', async () => {
    const dist = join(folder, 'node_modules/@sightglass/core/dist');
    for (const extension of ['js', 'cjs']) {
      const holders = [];
      for (const name of await readdir(dist)) {
        if (!name.endsWith(`.${extension}`)) continue;
        if (/\bStore = (\(_class\d* = )?class\b/.test(await readFile(join(dist, name), 'utf8')))
          holders.push(name);
      }
      expect(holders).toHaveLength(1);
    }
  });
});
