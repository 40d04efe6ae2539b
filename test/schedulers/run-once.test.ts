import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Pushgateway, startPushgateway, waitUntil } from '@sightglass/test-tools';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startOtlpSink } from '../packaging/otlp-sink.ts';
import { fromOtlp, fromText } from '../packaging/samples.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/run-once.ts');

/** Runs the process of a job to its end. */
async function run(env: Record<string, string>, signalWhileWorking?: NodeJS.Signals) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name));
  const child = spawn(process.execPath, ['--conditions=@sightglass/source', FIXTURE], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  if (signalWhileWorking !== undefined) {
    await waitUntil(() => output.includes('working'), { what: 'the work to begin' });
    child.kill(signalWhileWorking);
  }
  const [code, signal] = await closed;
  return { code, signal, output };
}

/** A series of the job, as the gateway labels it. */
const inGateway = (name: string, labels = '') =>
  `${name}{instance="",job="nightly/backup",job_name="nightly-backup"${labels}}`;
const ended = (status: string) =>
  [inGateway('job_runs_total', `,status="${status}",trigger="scheduled"`), 1] as const;

describe('a process that runs a job once and pushes to a Pushgateway', () => {
  let gateway: Pushgateway;
  beforeEach(async () => {
    gateway = await startPushgateway();
    onTestFinished(gateway.stop);
  });
  const pushed = async () => new Map(Object.entries(fromText(await gateway.metrics())));
  const lastSuccess = inGateway('job_last_success_timestamp_seconds');

  test('shows its success', async () => {
    const before = Date.now() / 1000;
    const { code, output } = await run({ GATEWAY: gateway.url });
    expect([code, output]).toEqual([0, ' job: success\n Metrics were pushed\nbacked up\n']);
    const samples = await pushed();
    expect([...samples]).toContainEqual(ended('success'));
    expect(samples.get(lastSuccess)).toBeGreaterThanOrEqual(before);
    expect(samples.get(inGateway('job_running'))).toBe(0);
    // Two o'clock, which is when the next process has to have run.
    expect(samples.get(inGateway('job_next_run_timestamp_seconds'))! % 86_400).toBe(7_200);
    // Whoever starts it is elsewhere, and a start that it does not make is none that this process could miss.
    expect(samples.has(inGateway('job_runs_total', ',status="missed",trigger="scheduled"'))).toBe(false);
  });

  test('that fails does so as without us, and does not take away the last success', async () => {
    await run({ GATEWAY: gateway.url });
    const success = (await pushed()).get(lastSuccess);
    const { code, output } = await run({ GATEWAY: gateway.url, WORK: 'throws' });
    expect(code).toBe(1);
    expect(output).toContain('Error: disk full');
    const samples = await pushed();
    expect([...samples]).toContainEqual(ended('failed'));
    expect(samples.get(inGateway('job_consecutive_failures'))).toBe(1);
    expect([success, samples.get(lastSuccess)]).toEqual([expect.any(Number), success]);
  });

  test('keeps the exit code that the work has set', async () => {
    const { code } = await run({ GATEWAY: gateway.url, WORK: 'exit code' });
    expect(code).toBe(3);
    expect([...(await pushed())]).toContainEqual(ended('success'));
  });

  test('shows that it was asked to end before it was done, and ends by that', async () => {
    const { code, signal } = await run({ GATEWAY: gateway.url, WORK: 'hangs' }, 'SIGTERM');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    expect([...(await pushed())]).toContainEqual(ended('cancelled'));
  });

  test('ends as it would have when the gateway is gone', async () => {
    await gateway.stop();
    const well = await run({ GATEWAY: gateway.url });
    expect([well.code, well.output]).toEqual([0, expect.stringContaining('could not be sent')]);
    const badly = await run({ GATEWAY: gateway.url, WORK: 'throws' });
    expect(badly.code).toBe(1);
  });
});

describe('a process that runs a job once and exports by OTLP', () => {
  test.each([
    ['', 0, null, 'success'],
    ['throws', 1, null, 'failed'],
    ['exit code', 3, null, 'success'],
    ['hangs', null, 'SIGTERM', 'cancelled'],
  ] as const)('whose work "%s" ends with %s %s and has handed on: %s', async (WORK, code, signal, status) => {
    const sink = await startOtlpSink();
    onTestFinished(sink.close);
    const otlp = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.url}/v1/metrics` };
    const env = { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_METRIC_EXPORT_INTERVAL: '600000' };
    const result = await run({ ...env, WORK }, WORK === 'hangs' ? 'SIGTERM' : undefined);
    expect(result).toMatchObject({ code, signal });
    const samples = fromOtlp(sink.requests.at(-1)!);
    const series = `job_runs_total{job_name="nightly-backup",status="${status}",trigger="scheduled"}`;
    expect(samples[series]).toBe(1);
    expect(samples['job_next_run_timestamp_seconds{job_name="nightly-backup"}']).toBeGreaterThan(
      Date.now() / 1000,
    );
  });
});
