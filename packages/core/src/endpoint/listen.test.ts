import { get } from 'node:http';
import { createServer, isIP, type Server } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import { HealthChecks } from '../health/index.ts';
import { setLogger } from '../logging/index.ts';
import { Store } from '../store/index.ts';
import { type Endpoint, listenOrRetry, startEndpoint } from './endpoint.ts';
import { createHandler, metricsHandler } from './handler.ts';
import { OptionsError } from './options-error.ts';

const store = new Store();
const handler = createHandler(createExposition({ store }), new HealthChecks(store), undefined, 'test');
const open: { close(done?: () => void): unknown }[] = [];
const lines: unknown[][] = [];

afterEach(async () => {
  setLogger(undefined);
  lines.length = 0;
  for (const one of open.splice(0))
    await (isServer(one) ? new Promise<void>((resolve) => one.close(() => resolve())) : one.close());
});

const isServer = (one: object): one is Server => 'listen' in one;

function keepLines() {
  const at =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args]);
  setLogger({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
}

async function occupy(host: string, port = 0): Promise<number> {
  const server = createServer().listen(port, host);
  open.push(server);
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return (server.address() as { port: number }).port;
}

async function listenAt(host: string, port: number, retryMs?: number): Promise<Endpoint> {
  const endpoint = await listenOrRetry(handler, host, port, retryMs);
  open.push(endpoint);
  return endpoint;
}

test('localhost is reached on both loopback addresses, and by no other', async () => {
  const { port, url } = await listenAt('localhost', 0);
  expect(url).toBe(`http://localhost:${port}`);
  for (const address of ['127.0.0.1', '[::1]', 'localhost'])
    expect((await fetch(`http://${address}:${port}/livez`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.2:${port}/livez`)).rejects.toThrow();
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:'],
  ['::1', 'http://[::1]:'],
  ['0.0.0.0', 'http://localhost:'],
  ['::', 'http://localhost:'],
])('bound to %s it is reached at %s…', async (host, expected) => {
  const { port, url } = await listenAt(host, 0);
  expect(url).toBe(expected + port);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

test.each(['127.0.0.1', '::1'])(
  'a port taken on %s is one clear error, and is had once it is free',
  async (taken) => {
    keepLines();
    const port = await occupy(taken);
    const endpoint = await listenAt('localhost', port, 10);
    expect(endpoint).toMatchObject({ listening: false, url: undefined, port: undefined });
    expect(endpoint.problem).toMatch(
      new RegExp(`localhost:${port} \\(EADDRINUSE\\).*OTEL_EXPORTER_PROMETHEUS_PORT`),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(lines).toEqual([['error', expect.objectContaining({ port }), endpoint.problem]]);
    await new Promise<void>((resolve) => (open.shift() as Server).close(() => resolve()));
    await vi.waitFor(() => expect(endpoint).toMatchObject({ listening: true, port, problem: undefined }));
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  },
);

test('an address that is not this machine’s is an error, and is not tried again', async () => {
  keepLines();
  const endpoint = await listenAt('192.0.2.1', 0);
  expect(endpoint.problem).toMatch(/EADDRNOTAVAIL.*must be an address of this machine/);
  expect(lines).toHaveLength(1);
});

test('close frees the port, ends the waiting for one, and may be called again', async () => {
  const first = await listenAt('localhost', 0);
  const port = first.port!;
  const second = await listenAt('localhost', port, 5);
  await second.close();
  await second.close();
  await first.close();
  await first.close();
  expect(first).toMatchObject({ listening: false, url: undefined, port: undefined });
  expect(second).toMatchObject({ listening: false });
  expect(await occupy('127.0.0.1', port)).toBe(port);
});

test('close lets a response under way finish', async () => {
  const slow = new Store();
  let read = () => {};
  const reading = new Promise<void>((resolve) => {
    read = resolve;
  });
  slow.gauge(describe('gauge', 'depth', { help: 'Depth.' })).observe(async () => {
    read();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return 3;
  }, {});
  const slowHandler = createHandler(createExposition({ store: slow }), new HealthChecks(slow), undefined);
  const endpoint = await listenOrRetry(slowHandler, 'localhost', 0);
  const scrape = fetch(`${endpoint.url}/metrics`);
  await reading;
  const closed = endpoint.close();
  expect(await (await scrape).text()).toContain('\ndepth 3\n');
  await closed;
});

test('wrong options are all named', async () => {
  const wrong = startEndpoint({ host: '', port: 70_000, auth: { bearerToken: '' } });
  await expect(wrong).rejects.toThrow(OptionsError);
  await expect(wrong).rejects.toThrow(/host[\s\S]*port[\s\S]*bearerToken/);
});

/** The status for a request with this Host header. */
function statusFor(port: number, host: string, path = '/metrics', address = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: address, port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.on('error', reject);
  });
}

test.each([
  ['evil.example', 403],
  ['evil.example:9464', 403],
  ['localhost.evil.example', 403],
  ['127.0.0.1.nip.io', 403],
  ['user@evil.example', 403],
  ['localhost', 200],
  ['localhost:8080', 200],
  ['LOCALHOST.', 200],
  ['app.localhost', 200],
  ['127.0.0.1:9464', 200],
  ['[::1]:9464', 200],
  ['10.0.0.7:9464', 200],
  ['metrics.internal:1', 403],
])('B17: on loopback, the Host header %s answers %i', async (host, status) => {
  const endpoint = await startEndpoint({ port: 0 });
  open.push(endpoint);
  for (const path of ['/metrics', '/health', '/livez', '/'])
    expect([path, await statusFor(endpoint.port!, host, path)]).toEqual([path, status]);
});

test.each(['127.0.0.2', '127.1', '2130706433', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
  'B17: %s is loopback too',
  async (host) => {
    const endpoint = await startEndpoint({ port: 0, host });
    open.push(endpoint);
    const address = isIP(host) === 0 ? '127.0.0.1' : host;
    if (!endpoint.listening) return; // No IPv6 here.
    expect(await statusFor(endpoint.port!, 'evil.example', '/metrics', address)).toBe(403);
    expect(await statusFor(endpoint.port!, 'localhost', '/metrics', address)).toBe(200);
  },
);

test('B17: the option lets names in; a URL as the target counts before the header; off loopback any name may ask', async () => {
  const named = await startEndpoint({ port: 0, allowedHosts: ['Metrics.internal'] });
  const outside = await startEndpoint({ port: 0, host: '0.0.0.0' });
  const outsideNamed = await startEndpoint({ port: 0, host: '0.0.0.0', allowedHosts: ['metrics.internal'] });
  open.push(named, outside, outsideNamed);
  expect(await statusFor(named.port!, 'metrics.internal:1')).toBe(200);
  expect(await statusFor(named.port!, 'evil.example')).toBe(403);
  expect(await statusFor(named.port!, 'localhost', 'http://evil.example/metrics')).toBe(403);
  expect(await statusFor(outside.port!, 'anything.example')).toBe(200);
  expect(await statusFor(outsideNamed.port!, 'evil.example')).toBe(403);
  await expect(startEndpoint({ port: 0, allowedHosts: ['http://x'] })).rejects.toThrow('allowedHosts');
});

test('A14: an option that there is not is refused, with the one that was meant', async () => {
  await expect(startEndpoint({ prot: 0 } as never)).rejects.toThrow(
    '"prot" is no option; did you mean port?',
  );
  expect(() => metricsHandler({ Auth: {} } as never)).toThrow('did you mean auth?');
});
