import { get } from 'node:http';
import { createServer } from 'node:net';
import { context, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { OptionsError } from '../endpoint/index.ts';
import { healthCheck } from '../health/index.ts';
import { type Logger, setLogger } from '../logging/index.ts';
import { counter, histogram } from '../store/index.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './index.ts';

let telemetry: Telemetry | undefined;
const lines: unknown[][] = [];
const at =
  (level: string) =>
  (...line: unknown[]) =>
    void lines.push([level, ...line]);
const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
const said = (level: string, text: string | RegExp) =>
  lines.filter(([found, ...line]) => found === level && new RegExp(text).test(String(line.at(-1))));

async function start(options: TelemetryOptions = {}): Promise<Telemetry> {
  telemetry = await startTelemetry({ port: 0, serviceName: 'test', logger, ...options });
  return telemetry;
}

async function scrape({ url }: Telemetry): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

afterEach(async () => {
  await telemetry?.shutdown();
  telemetry = undefined;
  lines.length = 0;
  setLogger(undefined);
  vi.unstubAllEnvs();
});

test('serves the SDK’s metrics and ours, also those recorded before it started', async () => {
  counter('early_total', { help: 'Recorded early.' }).add(3);
  const started = await start();
  metrics.getMeter('host').createCounter('host.requests').add(2);
  histogram('later_seconds', { help: 'Recorded later.', buckets: [1] }).record(0.5);
  const text = await scrape(started);
  expect(text).toContain('\nearly_total 3\n');
  expect(text).toContain('\nlater_seconds_count 1\n');
  expect(text).toMatch(/^host_requests_total\{otel_scope_name="host"\} 2$/m);
  expect(started.problems).toEqual([]);
  expect(started.port).toBe(Number(new URL(started.url!).port));
});

test('the process is measured unless the host says no, and until it is shut down', async () => {
  const measured = /^process_resident_memory_bytes \d+$/m;
  const first = await start();
  expect(await scrape(first)).toMatch(measured);
  await first.shutdown();
  expect(await scrape(await start({ processMetrics: false }))).not.toMatch(measured);
});

test('target_info tells who the service is, and nothing that a detector would collect', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.namespace=pipes,team=a%2Cb,service.version=0.1');
  const started = await start({
    serviceVersion: '1.2.3',
    resourceAttributes: { 'deployment.environment.name': 'prod' },
  });
  const line = (await scrape(started)).split('\n').find((text) => text.startsWith('target_info{'))!;
  expect(line.replace(/service_instance_id="[0-9a-f-]{36}"/, 'service_instance_id="…"')).toBe(
    'target_info{deployment_environment_name="prod",service_instance_id="…",service_name="test",service_namespace="pipes",service_version="1.2.3",team="a,b"} 1',
  );
  expect(line).not.toMatch(/process|host_name|os_|command|owner/);
});

test.each([
  [{ serviceName: 'option' }, { OTEL_SERVICE_NAME: 'variable' }, 'option'],
  [
    { serviceName: undefined },
    { OTEL_SERVICE_NAME: 'variable', OTEL_RESOURCE_ATTRIBUTES: 'service.name=attribute' },
    'variable',
  ],
  [{ serviceName: undefined }, { OTEL_RESOURCE_ATTRIBUTES: 'service.name=attribute' }, 'attribute'],
  [{ serviceName: undefined }, { OTEL_SERVICE_NAME: ' ' }, 'unknown_service:node'],
])('the service name: %j with %j is %s', async (options, env, expected) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  telemetry = await startTelemetry({ port: 0, logger, ...(options as TelemetryOptions) });
  expect(await scrape(telemetry)).toContain(`service_name="${expected}"`);
});

test('the endpoint is where the option says, else the variable', async () => {
  const free = await freePort();
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', String(free));
  for (const given of ['127.0.0.1', ' 127.0.0.1 ', '[127.0.0.1]']) {
    vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_HOST', given);
    telemetry = await startTelemetry({ logger });
    expect(telemetry.url).toBe(`http://127.0.0.1:${free}`);
    await telemetry.shutdown();
  }
  expect((await start({ host: 'localhost', port: 0 })).url).toMatch(/^http:\/\/localhost:/);
  expect(telemetry?.port).not.toBe(free);
});

test('variables that can’t be right are not used, and said', async () => {
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', 'abc');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'novalue');
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus,graphite');
  const { problems } = await start();
  expect(problems).toHaveLength(2);
  expect(problems.join()).toMatch(/OTEL_RESOURCE_ATTRIBUTES is not[\s\S]*not graphite/);
  for (const problem of problems) expect(lines).toContainEqual(['warn', problem]);
});

test('a taken port is one logged error; the host, the SDK and the handler go on', async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) =>
    blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port)),
  );
  const started = await start({ port });
  expect(started).toMatchObject({ url: undefined, port: undefined });
  expect(started.problems).toEqual([expect.stringContaining(`localhost:${port} (EADDRINUSE)`)]);
  expect(said('error', 'EADDRINUSE')).toHaveLength(1);
  metrics.getMeter('host').createCounter('still').add(1);
  await new Promise((resolve) => blocker.close(resolve));
});

test('without a port nothing listens, and the handler serves', async () => {
  const started = await start({ port: false });
  expect(started).toMatchObject({ url: undefined, port: undefined, problems: [] });
  expect(typeof started.handler).toBe('function');
});

test('called twice, the second warns and gives the first', async () => {
  const [first, second] = await Promise.all([start(), startTelemetry({ port: 1, serviceName: 'other' })]);
  expect(second).toBe(first);
  expect(await startTelemetry()).toBe(first);
  expect(said('warn', 'called again')).toHaveLength(2);
});

test('shutdown may be called again, gives everything back, and telemetry can start anew', async () => {
  const first = await start();
  const url = first.url!;
  await first.shutdown();
  await first.shutdown();
  await expect(fetch(`${url}/livez`)).rejects.toThrow();
  expect(trace.getTracer('x').startSpan('x').spanContext().traceId).toMatch(/^0+$/);
  const second = await start();
  expect(second).not.toBe(first);
  metrics.getMeter('host').createCounter('second').add(1);
  expect(await scrape(second)).toContain('second_total');
  expect(said('warn', '.')).toEqual([]);
  expect(said('error', '.')).toEqual([]);
});

test('lines logged inside a span carry its ids, with nothing exported', async () => {
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { pino } = await import('pino');
  const { loggerOptions } = await import('./index.ts');
  await start({
    logger: pino(loggerOptions({ serviceName: 'test' }), {
      write: (line: string) => void written.push(line),
    }),
  });
  trace.getTracer('host').startActiveSpan('work', (span) => {
    telemetry!.logger.info({ table: 'trades' }, 'inside');
    const line = JSON.parse(written.find((text) => text.includes('inside'))!);
    expect(line).toMatchObject({
      trace_id: span.spanContext().traceId,
      span_id: span.spanContext().spanId,
      trace_flags: '01',
      table: 'trades',
    });
    expect(line.trace_id).not.toMatch(/^0+$/);
    span.end();
  });
  stdout.mockRestore();
});

test('OpenTelemetry’s own messages go to the logger', async () => {
  await start();
  diag.error('something broke');
  expect(lines).toContainEqual(['error', { component: 'opentelemetry' }, 'something broke']);
});

test('probes and auth are those of the endpoint', async () => {
  const retire = healthCheck('database', () => false);
  const { url } = await start({ auth: { bearerToken: 'let-me-in' } });
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer let-me-in' } })).status).toBe(
    200,
  );
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  retire();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('B17: on loopback a stranger’s name is refused, unless the option lets it in', async () => {
  const ask = (port: number) =>
    new Promise<number>((resolve) => {
      get({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
    });
  const first = await start();
  expect(await ask(first.port!)).toBe(403);
  await first.shutdown();
  expect(await ask((await start({ allowedHosts: ['evil.example'] })).port!)).toBe(200);
});

test('B5: a process that can not read about itself starts without those metrics', async () => {
  const unreadable = () => {
    throw Object.assign(new Error('EACCES: permission denied, uv_resident_set_memory'), { code: 'EACCES' });
  };
  const spies = [
    vi.spyOn(process.memoryUsage, 'rss').mockImplementation(unreadable),
    vi.spyOn(process, 'cpuUsage').mockImplementation(unreadable),
  ];
  const started = await start();
  const text = await scrape(started);
  expect(text).toContain('\nearly_total 3\n');
  expect(text).not.toContain('process_resident_memory_bytes ');
  await started.shutdown();
  for (const spy of spies) spy.mockRestore();
  expect((await start()).problems).toEqual([]);
});

test('B19: options whose getters throw are refused, and telemetry can start afterwards', async () => {
  const hostile = Object.defineProperty({}, 'port', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  await expect(startTelemetry(hostile)).rejects.toThrow(OptionsError);
  await expect(startTelemetry(null as never)).rejects.toThrow(OptionsError);
  await expect(
    startTelemetry({ sdk: {}, pino: {}, metricReaders: 1, allowedHosts: [''] } as never),
  ).rejects.toMatchObject({
    problems: expect.objectContaining({ length: 4 }),
  });
  expect((await start()).problems).toEqual([]);
});

test('wrong options reject with every mistake, and start nothing', async () => {
  const wrong = {
    prot: 9464,
    serviceName: '',
    port: -1,
    logLevel: 'loud',
    views: {},
    logger: console.log,
    auth: {},
    processMetrics: 'no',
  } as never;
  const error = await startTelemetry(wrong).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OptionsError);
  expect((error as OptionsError).problems).toHaveLength(9);
  expect((error as OptionsError).message).toContain('"prot" is no option; did you mean port?');
  await expect(startTelemetry(null as never)).rejects.toThrow('must be an object');
  expect((await start()).problems).toEqual([]);
});

test('an SDK that can’t start costs the SDK alone', async () => {
  const started = await start({ instrumentations: [null] as never });
  expect(started.problems).toEqual([expect.stringContaining('could not be started')]);
  expect(said('error', 'could not be started')).toHaveLength(1);
  expect(await scrape(started)).toContain('\nearly_total 3\n');
  expect((await fetch(`${started.url}/livez`)).status).toBe(200);
});

test('an SDK that is registered already stays, and the endpoint serves ours', async () => {
  const { MeterProvider } = await import('@opentelemetry/sdk-metrics');
  const theirs = new MeterProvider();
  metrics.setGlobalMeterProvider(theirs);
  try {
    const started = await start();
    expect(metrics.getMeterProvider()).toBe(theirs);
    expect(trace.getTracer('x').startSpan('x').spanContext().traceId).toMatch(/^0+$/);
    expect(lines).toContainEqual([
      'info',
      { registered: ['metrics'] },
      expect.stringContaining('registered already'),
    ]);
    expect(started.problems).toEqual([]);
    const text = await scrape(started);
    expect(text).toContain('\nearly_total 3\n');
    expect(text).toContain('target_info{');
    await started.shutdown();
    expect(metrics.getMeterProvider()).toBe(theirs);
  } finally {
    for (const api of [metrics, trace, context, propagation]) api.disable();
    await theirs.shutdown();
  }
});

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>((resolve) =>
    probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port)),
  );
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
