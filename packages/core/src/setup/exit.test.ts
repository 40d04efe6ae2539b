import { afterEach, expect, test } from 'vitest';
import { type OtlpSink, otlpSink } from './otlp-sink.support.ts';
import { type App, runApp } from './run-app.support.ts';

let app: App | undefined;
let sink: OtlpSink | undefined;

afterEach(async () => {
  app?.child.kill('SIGKILL');
  await app?.ended;
  await sink?.close();
});

/** Counts to 42 and says so; lives until it is told to end. */
const SERVICE = `
  import { counter } from '@sightglass/core';
  import { startTelemetry } from '@sightglass/core/setup';
  const telemetry = await startTelemetry({ serviceName: 'signalled', port: 0 });
  counter('rows_total', { help: 'Rows.' }).add(42);
  setInterval(() => {}, 1000);
  console.log('ready');
`;
/** Longer than any test. */
const NEVER_MS = 3_600_000;

/** Far apart, so that what arrives was flushed. */
const push = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_METRIC_EXPORT_INTERVAL: '600000',
});
const rows = () =>
  sink!.metrics().get('rows_total')?.sum?.dataPoints[0]?.asDouble ??
  sink!.metrics().get('rows_total')?.sum?.dataPoints[0]?.asInt;

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s flushes, and then ends the process as before',
  async (signal) => {
    sink = await otlpSink();
    app = runApp(SERVICE, push(sink.url));
    await app.says('ready');
    app.child.kill(signal);
    expect(await app.ended).toEqual({ code: null, signal });
    expect(rows()).toBe(42);
  },
);

test('a reader that hangs does not cost the last flush of a process that has nothing left to do', async () => {
  sink = await otlpSink();
  const hanging = `
    import { gauge } from '@sightglass/core';
    gauge('hanging_depth', { help: 'Is never read to the end.' }).observe(() => new Promise(() => {}), {});
  `;
  app = runApp(hanging + SERVICE.replace('setInterval(() => {}, 1000);', ''), push(sink.url));
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(rows()).toBe(42);
});

test.each([
  ['a signal', ''],
  ['a shutdown', "process.once('SIGTERM', async () => { await telemetry.shutdown(); process.exit(7); });"],
])('on %s metrics arrive although the receiver wants no traces', async (_, handler) => {
  sink = await otlpSink(0, '/v1/traces');
  const before = `
    import { gauge } from '@sightglass/core';
    import { trace } from '@opentelemetry/api';
    const refuse = () => trace.getTracer('app').startSpan('refused').end();
    gauge('slow_depth', { help: 'Takes longer to read than it takes to refuse a trace.' })
      .observe(() => new Promise((resolve) => setTimeout(resolve, 300, 1)), {});
  `;
  const code = before + SERVICE.replace("console.log('ready')", `refuse(); ${handler} console.log('ready')`);
  app = runApp(code, push(sink.url));
  await app.says('ready');
  app.child.kill('SIGTERM');
  await app.ended;
  expect(sink.paths).toContain('/v1/traces');
  expect(rows()).toBe(42);
});

test('a host that handles the signal decides, and the flush is made all the same', async () => {
  sink = await otlpSink();
  const code = `${SERVICE}
    process.on('SIGTERM', async () => { console.log('draining'); await telemetry.shutdown(); process.exit(7); });
  `;
  app = runApp(code, push(sink.url));
  await app.says('ready');
  app.child.kill('SIGTERM');
  expect(await app.ended).toEqual({ code: 7, signal: null });
  expect(app.output()).toContain('draining');
  expect(rows()).toBe(42);
});

test('a host that handles the signal and goes on is not ended', async () => {
  sink = await otlpSink();
  app = runApp(`${SERVICE} process.on('SIGINT', () => console.log('ignored'));`, push(sink.url));
  await app.says('ready');
  app.child.kill('SIGINT');
  await app.says('ignored');
  await expect.poll(rows).toBe(42);
  expect(app.child.exitCode).toBeNull();
  app.child.kill('SIGTERM');
  expect(await app.ended).toEqual({ code: null, signal: 'SIGTERM' });
});

test.each(['before', 'after'])(
  'signal-exit, subscribed %s, does not make the signal vanish',
  async (order) => {
    sink = await otlpSink();
    const subscribe = "onExit((code, signal) => console.log('signal-exit saw ' + signal));";
    const code = `import { onExit } from 'signal-exit';
    ${order === 'before' ? subscribe : ''}
    ${SERVICE.replace("console.log('ready')", `${order === 'after' ? subscribe : ''} console.log('ready')`)}`;
    app = runApp(code, push(sink.url));
    await app.says('ready');
    app.child.kill('SIGTERM');
    expect(await app.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.output()).toContain('signal-exit saw SIGTERM');
    expect(rows()).toBe(42);
  },
);

test('a second signal ends the process at once, whatever the collector does', async () => {
  sink = await otlpSink(NEVER_MS);
  app = runApp(SERVICE, push(sink.url));
  await app.says('ready');
  app.child.kill('SIGINT');
  await expect.poll(() => sink!.paths).toContain('/v1/metrics');
  app.child.kill('SIGINT');
  expect(await app.ended).toEqual({ code: null, signal: 'SIGINT' });
  // It would say so once the limit for flushing is over.
  expect(app.output()).not.toContain('could not flush in full');
});

test('a collector that does not answer holds the exit for no more than the limit', async () => {
  sink = await otlpSink(NEVER_MS);
  // The exporter's own limit is out of the way, so only ours can end the wait.
  app = runApp(SERVICE, { ...push(sink.url), OTEL_EXPORTER_OTLP_TIMEOUT: String(NEVER_MS) });
  await app.says('ready');
  app.child.kill('SIGTERM');
  expect(await app.ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(app.output()).toContain('could not flush in full');
});

test('a job that just ends has its measurements flushed, exits with 0, and is not kept alive', async () => {
  sink = await otlpSink();
  app = runApp(SERVICE.replace('setInterval(() => {}, 1000);', ''), push(sink.url));
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(rows()).toBe(42);
});

test('without anything to push, a job ends and signals have no listeners of ours', async () => {
  const code = `
    import { startTelemetry } from '@sightglass/core/setup';
    const { url } = await startTelemetry({ port: 0 });
    console.log(url, 'listeners', process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'), process.listenerCount('beforeExit'));
    await (await fetch(url + '/metrics')).text();
  `;
  app = runApp(code);
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toMatch(/http:\/\/localhost:\d+ listeners 0 0 0/);
});

test('shutdown flushes once and takes the handlers away', async () => {
  sink = await otlpSink();
  const code = `${SERVICE.replace('setInterval(() => {}, 1000);', '')}
    await Promise.all([telemetry.shutdown(), telemetry.shutdown()]);
    console.log('listeners', process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'), process.listenerCount('beforeExit'));
  `;
  app = runApp(code, push(sink.url));
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toContain('listeners 0 0 0');
  expect(sink.paths.filter((path) => path === '/v1/metrics')).toHaveLength(1);
  expect(rows()).toBe(42);
});

test('B12: a collector that does not answer holds the process no longer than the shutdown', async () => {
  sink = await otlpSink(NEVER_MS);
  const code = `${SERVICE.replace('setInterval(() => {}, 1000);', '')}
    await telemetry.shutdown();
    process.once('exit', () => console.log('left after ' + (performance.now() - over < 2500 ? 'nothing' : 'a wait')));
    const over = performance.now();
  `;
  // No exporter gives up by itself before the test does.
  app = runApp(code, { ...push(sink.url), OTEL_EXPORTER_OTLP_TIMEOUT: String(NEVER_MS) });
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toMatch(/could not shutdown in full[\s\S]*left after nothing/);
});

test('B12: nor does one that refuses every connection, whose exporter waits to try again', async () => {
  const code = `${SERVICE.replace('setInterval(() => {}, 1000);', '')}
    await telemetry.shutdown();
    console.log('kept by ' + process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length + ' timers');
  `;
  // Nobody listens on the discard port, and the exporter tries again for as long as its own limit is.
  app = runApp(code, { ...push('http://127.0.0.1:9'), OTEL_EXPORTER_OTLP_TIMEOUT: String(NEVER_MS) });
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toMatch(/could not shutdown in full[\s\S]*kept by 0 timers/);
});

test('A23: each invocation of one process is flushed, and the telemetry goes on', async () => {
  sink = await otlpSink();
  const code = `
    import { counter } from '@sightglass/core';
    import { startTelemetry } from '@sightglass/core/setup';
    const telemetry = await startTelemetry({ serviceName: 'function', port: false });
    const calls = counter('calls_total', { help: 'Calls.' });
    for (let call = 1; call <= 3; call++) { calls.add(1); await telemetry.flush(); console.log('flushed ' + call); }
    await Promise.all([telemetry.flush(), telemetry.flush()]);
    await telemetry.shutdown();
    await telemetry.flush();
  `;
  app = runApp(code, push(sink.url));
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output().match(/flushed \d/g)).toEqual(['flushed 1', 'flushed 2', 'flushed 3']);
  const [point] = sink.metrics().get('calls_total')!.sum!.dataPoints;
  expect(point!.asDouble ?? point!.asInt).toBe(3);
  expect(sink.paths.filter((path) => path === '/v1/metrics').length).toBeGreaterThanOrEqual(5);
});

test('A23: a flush to a collector that does not answer ends, says so, and rejects nothing', async () => {
  sink = await otlpSink(NEVER_MS);
  const code = `${SERVICE.replace('setInterval(() => {}, 1000);', '')}
    await telemetry.flush();
    console.log('flushed');
    process.exit(0);
  `;
  app = runApp(code, { ...push(sink.url), OTEL_EXPORTER_OTLP_TIMEOUT: String(NEVER_MS) });
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toMatch(/could not flush in full[\s\S]*flushed/);
});
