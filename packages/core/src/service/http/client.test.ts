import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, expect, describe as group, test, vi } from 'vitest';
import { processStore } from '../../store/index.ts';
import { fakeClock } from '../../testing/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { observeHttpClient } from './client.ts';
import { httpClientRequestDuration } from './metrics.ts';

let stop: () => void;
let server: Server;
let url: string;
let port: number;

const answer: RequestListener = (request, response) => {
  const status = Number(/\d+/.exec(request.url ?? '')?.[0]);
  if (request.url === '/broken') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('x', () => response.destroy());
  } else if (request.url === '/silent') request.socket.setTimeout(1);
  else if (request.url === '/moved') response.writeHead(302, { location: '/200' }).end();
  else response.writeHead(status).end('body');
};

beforeEach(async () => {
  forget(httpClientRequestDuration);
  stop = observeHttpClient();
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  url = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const eventually = (check: () => void) => vi.waitFor(check);
const settled = (expected: Record<string, number>) =>
  eventually(() => expect(seriesOf(httpClientRequestDuration)).toEqual(expected));
const to = (rest: string, method = 'GET') =>
  `http_request_method=${method} server_address=127.0.0.1 server_port=${port} ${rest}`.trim();

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

async function viaNode(path: string): Promise<void> {
  const request = get(`${url}${path}`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}).resume();
  await new Promise((resolve) => response.once('close', resolve));
}

test.each([
  ['fetch', async () => (await fetch(`${url}/200`)).text()],
  ['node:http', () => viaNode('/200')],
])('by %s, the time is that until the response has been read', async (_, ask) => {
  const clock = fakeClock();
  try {
    server.prependListener('request', () => clock.advance(3));
    await ask();
    await settled({ [to('http_response_status_code=200')]: 1 });
    const { cells } = processStore().histogram(httpClientRequestDuration).series;
    expect(cells.map(({ sum }) => sum)).toEqual([3]);
  } finally {
    clock.restore();
  }
});

group('fetch', () => {
  test('counts by host and status, with no path and no query', async () => {
    await (await fetch(`${url}/200?token=1`)).text();
    await (await fetch(`${url}/200`, { method: 'POST', body: 'x' })).text();
    await (await fetch(`${url}/404`)).text();
    await (await fetch(`${url}/503`)).text();
    await settled({
      [to('http_response_status_code=200')]: 1,
      [to('http_response_status_code=200', 'POST')]: 1,
      [to('http_response_status_code=404 error_type=404')]: 1,
      [to('http_response_status_code=503 error_type=503')]: 1,
    });
  });

  test('a redirect that is followed is a request of its own', async () => {
    await (await fetch(`${url}/moved`)).text();
    await settled({ [to('http_response_status_code=302')]: 1, [to('http_response_status_code=200')]: 1 });
  });

  test('a connection that is refused, a body that breaks off and a caller that gives up have their error types', async () => {
    const nobody = await freePort();
    await expect(fetch(`http://127.0.0.1:${nobody}/`)).rejects.toThrow();
    const broken = await fetch(`${url}/broken`);
    await expect(broken.text()).rejects.toThrow();
    await expect(fetch(`${url}/silent`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    await eventually(() => {
      const types = Object.keys(seriesOf(httpClientRequestDuration)).map(
        (key) => /error_type=(.*)/.exec(key)?.[1],
      );
      expect(types).toHaveLength(3);
      expect(types).toContain('ECONNREFUSED');
      expect(types).toContain('UND_ERR_SOCKET');
    });
  });
});

group('node:http', () => {
  test('counts by host and status, with no path', async () => {
    await viaNode('/200?token=1');
    await viaNode('/500');
    await settled({
      [to('http_response_status_code=200')]: 1,
      [to('http_response_status_code=500 error_type=500')]: 1,
    });
  });

  test('a connection that is refused and a response that breaks off have their error types', async () => {
    const nobody = await freePort();
    await once(get(`http://127.0.0.1:${nobody}/`), 'error').catch(() => {});
    await viaNode('/broken');
    await settled({
      [`http_request_method=GET server_address=127.0.0.1 server_port=${nobody} error_type=ECONNREFUSED`]: 1,
      [to('http_response_status_code=200 error_type=aborted')]: 1,
    });
  });
});

test('what an exporter of OpenTelemetry sends is not measured', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  try {
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    await context.with(context.active().setValue(key, true), async () => {
      await (await fetch(`${url}/200`)).text();
      await viaNode('/200');
    });
    await (await fetch(`${url}/201`)).text();
    await settled({ [to('http_response_status_code=201')]: 1 });
  } finally {
    context.disable();
  }
});

test('ended, it measures nothing', async () => {
  stop();
  await (await fetch(`${url}/200`)).text();
  await viaNode('/200');
  expect(seriesOf(httpClientRequestDuration)).toEqual({});
});
