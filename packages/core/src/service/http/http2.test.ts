import { once } from 'node:events';
import { connect, constants, createSecureServer, createServer, type Http2Server } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forget, seriesOf } from '../series.support.ts';
import { httpServerActiveRequests, httpServerRequestDuration } from './metrics.ts';
import { setHttpRoute } from './route.ts';
import { observeHttpServer } from './server.ts';

/** TLS by a key that both sides know, so that no certificate is needed. */
const PSK = Buffer.from('a key of this test alone');
const TLS = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
const AS_SERVER = { ...TLS, pskCallback: () => PSK };
const AS_CLIENT = {
  ...TLS,
  pskCallback: () => ({ psk: PSK, identity: 'test' }),
  checkServerIdentity: () => undefined,
};

let stop: () => void;
let server: Http2Server | undefined;

beforeEach(() => {
  forget(httpServerRequestDuration);
  forget(httpServerActiveRequests);
  stop = observeHttpServer();
});
afterEach(async () => {
  stop();
  if (server !== undefined) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
});

async function serve(made: Http2Server): Promise<number> {
  server = made.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const settled = (expected: Record<string, number>) =>
  vi.waitFor(() => expect(seriesOf(httpServerRequestDuration)).toEqual(expected));

/** Asks for each path over one session; `HEAD /x` or `/x`. Gives the statuses. */
async function ask(url: string, ...paths: readonly string[]): Promise<unknown[]> {
  const session = connect(url, AS_CLIENT);
  const statuses = [];
  for (const asked of paths) {
    const [path, method = 'GET'] = asked.split(' ').reverse();
    const stream = session.request({ ':path': path, ':method': method });
    stream.end();
    const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }];
    statuses.push(headers[':status']);
    stream.resume();
    await once(stream, 'close');
  }
  session.close();
  return statuses;
}

test('HTTP/2: requests by route, status, method and scheme, under the names of HTTP/1', async () => {
  const port = await serve(
    createServer((request, response) => {
      if (request.url.startsWith('/users/')) setHttpRoute(request, '/users/:id');
      response.writeHead(request.url === '/users/500' ? 500 : request.url === '/missing' ? 404 : 200);
      response.end('ok');
    }),
  );
  expect(
    await ask(
      `http://127.0.0.1:${port}`,
      '/users/1',
      '/users/2',
      '/users/500',
      '/missing',
      'HEAD /users/3',
      'BREW /x',
    ),
  ).toEqual([200, 200, 500, 404, 200, 200]);
  const rest = 'url_scheme=http';
  await settled({
    [`http_request_method=GET http_route=/users/:id http_response_status_code=200 ${rest}`]: 2,
    [`http_request_method=GET http_route=/users/:id http_response_status_code=500 ${rest} error_type=500`]: 1,
    [`http_request_method=GET http_response_status_code=404 ${rest}`]: 1,
    [`http_request_method=HEAD http_route=/users/:id http_response_status_code=200 ${rest}`]: 1,
    [`http_request_method=_OTHER http_response_status_code=200 ${rest}`]: 1,
  });
  expect(Object.values(seriesOf(httpServerActiveRequests))).toEqual([0, 0, 0]);
});

test('HTTP/2 by streams alone, and a stream that the client leaves', async () => {
  const made = createServer();
  made.on('stream', (stream, headers) => {
    if (headers[':path'] === '/never') return;
    stream.respond({ ':status': 204 });
    stream.end();
  });
  const port = await serve(made);
  expect(await ask(`http://127.0.0.1:${port}`, '/')).toEqual([204]);
  const session = connect(`http://127.0.0.1:${port}`);
  const left = session.request({ ':path': '/never' });
  left.on('error', () => {});
  await once(made, 'stream');
  await vi.waitFor(() =>
    expect(seriesOf(httpServerActiveRequests)).toEqual({ 'http_request_method=GET url_scheme=http': 1 }),
  );
  left.close(constants.NGHTTP2_CANCEL);
  await settled({
    'http_request_method=GET http_response_status_code=204 url_scheme=http': 1,
    'http_request_method=GET url_scheme=http error_type=aborted': 1,
  });
  session.close();
});

test('HTTP/2 with TLS, and HTTP/1 on the same port', async () => {
  const port = await serve(
    createSecureServer({ ...AS_SERVER, allowHTTP1: true }, (request, response) => {
      setHttpRoute(request, '/users/:id');
      response.end('ok');
    }),
  );
  expect(await ask(`https://127.0.0.1:${port}`, '/users/1')).toEqual([200]);
  const request = httpsRequest({
    port,
    host: '127.0.0.1',
    path: '/users/2',
    ...AS_CLIENT,
    agent: false,
  }).end();
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'close');
  await settled({
    'http_request_method=GET http_route=/users/:id http_response_status_code=200 url_scheme=https': 2,
  });
});

test('ended, it leaves the server as it was', async () => {
  const made = createServer((_request, response) => response.end());
  const port = await serve(made);
  await ask(`http://127.0.0.1:${port}`, '/');
  expect(made.listenerCount('stream')).toBe(2);
  stop();
  expect(made.listenerCount('stream')).toBe(1);
  expect(made.listenerCount('removeListener')).toBe(0);
});
