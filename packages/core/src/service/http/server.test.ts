import { channel } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { metricsHandler } from '../../endpoint/index.ts';
import { processStore } from '../../store/index.ts';
import { fakeClock, readExposition, readMetric } from '../../testing/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { httpServerActiveRequests, httpServerRequestDuration } from './metrics.ts';
import { setHttpRoute } from './route.ts';
import { observeHttpServer } from './server.ts';

let stop: () => void;
let server: Server | undefined;
let port: number;

beforeEach(() => {
  forget(httpServerRequestDuration);
  forget(httpServerActiveRequests);
  stop = observeHttpServer();
});
afterEach(async () => {
  stop();
  server?.closeAllConnections();
  if (server !== undefined) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  return `http://127.0.0.1:${port}`;
}

async function rawConnection(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const eventually = (check: () => void) => vi.waitFor(check);
const durations = () => seriesOf(httpServerRequestDuration);
const active = () => seriesOf(httpServerActiveRequests);
const settled = (expected: Record<string, number>) => eventually(() => expect(durations()).toEqual(expected));
const OK = 'http_response_status_code=200 url_scheme=http';

test('a request counts with its method, status and scheme, and no path', async () => {
  const url = await serve((_, response) => response.end('ok'));
  for (const path of ['/', '/users/42', '/secret?token=1']) await (await fetch(url + path)).text();
  await settled({ [`http_request_method=GET ${OK}`]: 3 });
  expect(await readExposition()).not.toMatch(/users|secret|token/);
});

test('a server that names its routes has them, and the path of no request', async () => {
  const url = await serve((request, response) => {
    const known = request.url?.startsWith('/users/');
    if (known) setHttpRoute(request, '/users/:id');
    response.writeHead(known ? 200 : 404).end();
  });
  for (const path of ['/users/1', '/users/2', '/missing/3']) await fetch(url + path);
  await settled({
    [`http_request_method=GET http_route=/users/:id ${OK}`]: 2,
    'http_request_method=GET http_response_status_code=404 url_scheme=http': 1,
  });
});

test('a 5xx has an error type, a 4xx does not', async () => {
  const url = await serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
  for (const status of [400, 404, 500, 503]) await fetch(`${url}/${status}`);
  await settled({
    'http_request_method=GET http_response_status_code=400 url_scheme=http': 1,
    'http_request_method=GET http_response_status_code=404 url_scheme=http': 1,
    'http_request_method=GET http_response_status_code=500 url_scheme=http error_type=500': 1,
    'http_request_method=GET http_response_status_code=503 url_scheme=http error_type=503': 1,
  });
});

test('the 500s of a route are born at zero with its first request, so that none is missed', async () => {
  const url = await serve((request, response) => {
    setHttpRoute(request, '/users/:id');
    response.end();
  });
  await fetch(`${url}/users/1`);
  await settled({ [`http_request_method=GET http_route=/users/:id ${OK}`]: 1 });
  const failed = { http_response_status_code: '500', error_type: '500' } as const;
  const route = { http_request_method: 'GET', http_route: '/users/:id', url_scheme: 'http' } as const;
  const duration = processStore().histogram(httpServerRequestDuration);
  expect(readMetric(duration, { ...route, ...failed })?.count).toBe(0);
});

test('the time is that until the response has ended', async () => {
  const clock = fakeClock();
  try {
    const url = await serve((_, response) => {
      response.write('a');
      clock.advance(3);
      response.end();
    });
    await (await fetch(url)).text();
    await settled({ [`http_request_method=GET ${OK}`]: 1 });
    expect(processStore().histogram(httpServerRequestDuration).series.cells[0]?.sum).toBe(3);
  } finally {
    clock.restore();
  }
});

test('methods that the conventions do not know are one', async () => {
  const url = new URL(await serve((_, response) => response.end()));
  for (const method of ['PROPFIND', 'PURGE', 'POST']) {
    const request = httpRequest({ host: url.hostname, port: url.port, method }).end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
  }
  await settled({ [`http_request_method=_OTHER ${OK}`]: 2, [`http_request_method=POST ${OK}`]: 1 });
});

test('a client that goes away before an answer, or in the midst of one, is an aborted request, and no longer under way', async () => {
  await serve((request, response) => {
    if (request.url === '/midst') response.write('begun');
  });
  for (const path of ['/before', '/midst']) {
    const socket = await rawConnection(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await eventually(() => expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 1 }));
    if (path === '/midst') await once(socket, 'data');
    socket.destroy();
    await eventually(() => expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 0 }));
  }
  expect(durations()).toEqual({
    'http_request_method=GET url_scheme=http error_type=aborted': 1,
    [`http_request_method=GET ${OK} error_type=aborted`]: 1,
  });
});

test('requests that wait behind another one on a lost connection end too', async () => {
  await serve(() => {});
  const socket = await rawConnection('GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually(() => expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 2 }));
  socket.destroy();
  await eventually(() => expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 0 }));
  expect(durations()).toEqual({ 'http_request_method=GET url_scheme=http error_type=aborted': 2 });
});

test('a handler that rejects, and is answered for by Node, is a 500', async () => {
  EventEmitter.captureRejections = true;
  const url = await serve(async () => {
    throw new Error('handler');
  });
  EventEmitter.captureRejections = false;
  const { status } = await fetch(url);
  expect(status).toBe(500);
  await settled({
    'http_request_method=GET http_response_status_code=500 url_scheme=http error_type=500': 1,
  });
});

test("scrapes and probes of the library's own endpoint are not measured, wherever it is mounted", async () => {
  const handler = metricsHandler();
  const url = await serve(async (request, response) => {
    if (!(await handler(request, response))) response.end('mine');
  });
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('http_server_active_requests{http_request_method="GET",url_scheme="http"} 0');
  await fetch(`${url}/livez`);
  await (await fetch(`${url}/other`)).text();
  await settled({ [`http_request_method=GET ${OK}`]: 1 });
});

test('switched on twice it measures once, and goes on until both are ended', async () => {
  const url = await serve((_, response) => response.end());
  const second = observeHttpServer();
  stop();
  stop();
  await fetch(url);
  await settled({ [`http_request_method=GET ${OK}`]: 1 });
  second();
  await fetch(url);
  await fetch(url);
  expect(durations()).toEqual({ [`http_request_method=GET ${OK}`]: 1 });
});

test('what is under way when it ends is measured to its end, and then nothing is listened to', async () => {
  let answer = () => {};
  const url = await serve((_, response) => {
    answer = () => void response.end('ok');
  });
  const asked = fetch(url);
  await eventually(() => expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 1 }));
  stop();
  expect(channel('http.server.response.finish').hasSubscribers).toBe(true);
  answer();
  await (await asked).text();
  await settled({ [`http_request_method=GET ${OK}`]: 1 });
  expect(active()).toEqual({ 'http_request_method=GET url_scheme=http': 0 });
  expect(channel('http.server.response.finish').hasSubscribers).toBe(false);
});

test('a connection that is kept is listened to once, however many requests it carries', async () => {
  const listeners = new Set<number>();
  await serve((request, response) => {
    listeners.add(request.socket.listenerCount('close'));
    response.end('ok');
  });
  const socket = await rawConnection('');
  for (let i = 0; i < 20; i++) {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
  }
  expect(listeners.size).toBe(1);
  socket.destroy();
  await settled({ [`http_request_method=GET ${OK}`]: 20 });
});

test('a handler that never sees its request names its route, each its own', async () => {
  const named = async (route: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    setHttpRoute(route);
  };
  const url = await serve(async (request, response) => {
    await named(request.url === '/a/1' ? '/a/:id' : '/b/:id');
    response.end();
  });
  const all = () =>
    Promise.all(['/a/1', '/b/2', '/b/3'].map(async (path) => (await fetch(url + path)).text()));
  await all();
  await settled({ [`http_request_method=GET ${OK}`]: 3 });
  const stopContext = observeHttpServer({ asyncContext: true });
  await all();
  await settled({
    [`http_request_method=GET ${OK}`]: 3,
    [`http_request_method=GET http_route=/a/:id ${OK}`]: 1,
    [`http_request_method=GET http_route=/b/:id ${OK}`]: 2,
  });
  stopContext();
  setHttpRoute('/nobody');
});

test('naming the route of a request that nobody measures does nothing', async () => {
  stop();
  const url = await serve((request, response) => {
    setHttpRoute(request, '/x');
    setHttpRoute(undefined as never, '/x');
    response.end();
  });
  expect((await fetch(url)).status).toBe(200);
  expect(durations()).toEqual({});
});
