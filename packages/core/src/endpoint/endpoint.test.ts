import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import { HealthChecks } from '../health/index.ts';
import { Store } from '../store/index.ts';
import type { EndpointAuth } from './auth.ts';
import { startEndpoint } from './endpoint.ts';
import { createHandler, metricsHandler } from './handler.ts';
import { OptionsError } from './options-error.ts';
import { fill, raw, type Served, serve } from './serve.support.ts';

let served: Served | undefined;
let host: Server | undefined;

afterEach(async () => {
  await served?.close();
  await new Promise((resolve) => (host === undefined ? resolve(undefined) : host.close(resolve)));
  served = undefined;
  host = undefined;
});

const plain = { headers: { 'accept-encoding': 'identity' } };

test('serves metrics as Prometheus text, never kept and never guessed at', async () => {
  served = await serve();
  served.store.counter(describe('counter', 'rows_total', { help: 'Rows.' })).add(7);
  const response = await fetch(`${served.url}/metrics`, plain);
  const body = await response.text();
  expect(response.status).toBe(200);
  expect(body).toContain('\nrows_total 7\n');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    vary: 'Accept, Accept-Encoding',
  });
});

test('negotiates OpenMetrics', async () => {
  served = await serve();
  const response = await fetch(`${served.url}/metrics`, {
    headers: { accept: 'application/openmetrics-text; version=1.0.0' },
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(await response.text()).toMatch(/# EOF\n$/);
});

test.each([
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip;q=0, *', false],
  ['*;q=0', false],
  ['br', false],
  ['gzip;q=much', false],
  ['', false],
])('Accept-Encoding "%s": gzip %s', async (header, expected) => {
  served = await serve();
  fill(served.store, 100);
  const answer = await raw(
    served.port,
    `GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ${header}\r\n\r\n`,
  );
  const [head, body] = split(answer);
  expect(/^content-encoding: gzip\r$/im.test(head)).toBe(expected);
  expect(head).toMatch(new RegExp(`content-length: ${body.length}\\r?$`, 'im'));
  const text = expected ? gunzipSync(body).toString() : body.toString();
  expect(text).toContain('filler_total{id="series-number-99"} 99\n');
});

test.each(['/metrics', '/livez', '/readyz', '/health', '/', '/nowhere'])(
  'HEAD %s answers as GET does, without the body',
  async (path) => {
    served = await serve();
    fill(served.store, 10);
    const headers = async (method: string) => {
      const [head, body] = split(
        await raw(served!.port, `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      const lengthless = head.replace(/^(date|content-length): .*\r\n/gim, '');
      return {
        head: lengthless,
        length: Number(/^content-length: (\d+)/im.exec(head)?.[1]),
        body: body.length,
      };
    };
    const get = await headers('GET');
    const head = await headers('HEAD');
    expect(head.head).toBe(get.head);
    expect(get.body).toBe(get.length);
    expect(head.body).toBe(0);
    expect(head.length).toBeGreaterThan(0);
  },
);

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is not allowed', async (method) => {
  served = await serve();
  const answer = await raw(
    served.port,
    `${method} /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(answer).toMatch(/^allow: GET, HEAD\r$/im);
});

test('a failing readiness check turns /readyz and /health to 503 and leaves /livez', async () => {
  served = await serve();
  served.health.declare('database', () => Promise.reject(new Error('password=hunter2')));
  const state = async (path: string) => {
    const response = await fetch(served!.url + path);
    return [response.status, await response.text()] as const;
  };
  expect(await state('/livez')).toEqual([200, 'ok\n']);
  expect(await state('/readyz')).toEqual([503, 'failing\n']);
  const [status, body] = await state('/health');
  expect(status).toBe(503);
  expect(body).not.toContain('hunter2');
  expect(JSON.parse(body)).toEqual({
    status: 'fail',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    checks: {
      database: {
        status: 'fail',
        affects: 'readiness',
        durationSeconds: expect.any(Number),
        checkedAt: expect.any(String),
        errorClass: 'Error',
      },
    },
  });
});

test('the index page escapes the title and links the rest', async () => {
  served = await serve({ title: '<script>"&\'' });
  const page = await (await fetch(`${served.url}/`)).text();
  expect(page).toContain('<h1>&#60;script&#62;&#34;&#38;&#39;</h1>');
  for (const [, href] of page.matchAll(/href="([^"]+)"/g)) {
    expect((await fetch(new URL(href!, `${served.url}/`))).status).toBe(200);
  }
  expect(page).not.toMatch(/src=|https?:/);
});

const bearer: EndpointAuth = { bearerToken: 'correct-horse' };
const basic: EndpointAuth = { username: 'prometheus', password: 'pä:ss' };
const encode = (text: string) => Buffer.from(text).toString('base64');

test.each([
  [bearer, 'Bearer correct-horse', 200],
  [bearer, 'bearer  correct-horse', 200],
  [bearer, 'Bearer correct-hors', 401],
  [bearer, 'Bearer correct-horse-and-more', 401],
  [bearer, 'Basic correct-horse', 401],
  [bearer, `Bearer ${'x'.repeat(4000)}`, 401],
  [bearer, 'Bearer', 401],
  [bearer, undefined, 401],
  [basic, `Basic ${encode('prometheus:pä:ss')}`, 200],
  [basic, `Basic ${encode('prometheus:pass')}`, 401],
  [basic, `Basic ${encode('prometheus')}`, 401],
  [basic, `Bearer ${encode('prometheus:pä:ss')}`, 401],
  [basic, 'Basic %%%', 401],
])('auth %j with "%s" answers %i', async (auth, header, status) => {
  served = await serve({ auth });
  const headers: Record<string, string> = header === undefined ? {} : { authorization: header };
  for (const path of ['/metrics', '/health', '/']) {
    const response = await fetch(served.url + path, { headers });
    expect(response.status).toBe(status);
    if (status === 401) {
      expect(response.headers.get('www-authenticate')).toMatch(auth === bearer ? /^Bearer / : /^Basic /);
      expect(await response.text()).toBe('Unauthorized\n');
    }
  }
  expect((await fetch(`${served.url}/livez`)).status).toBe(200);
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200);
});

test('wrong auth options throw every problem', () => {
  expect(() => metricsHandler({ auth: { username: 'a:b', password: '' } })).toThrow(OptionsError);
  expect(() => metricsHandler({ auth: { username: 'a:b', password: '' } })).toThrow(/colon[\s\S]*password/);
  expect(() => metricsHandler({ auth: { bearerToken: 'with space' } })).toThrow('without spaces');
  expect(() => metricsHandler({ auth: 'secret' as never })).toThrow('bearerToken');
  expect(() => metricsHandler({ auth: { ...bearer, ...basic } as never })).toThrow('not both');
});

test.each(['pässword', 'two words', 'line\nbreak', 'nul\0', 'tab\t', '\u{1f511}', '\ud800'])(
  'B16: the bearer token %j is refused, since no header can carry it',
  (bearerToken) => {
    expect(() => metricsHandler({ auth: { bearerToken } })).toThrow(OptionsError);
  },
);

test.each(['\n', '\0', '\ud800', '\x7f'])(
  'B16: a password with %j is refused, since no client can send it',
  (odd) => {
    expect(() => metricsHandler({ auth: { username: 'x', password: `a${odd}b` } })).toThrow(
      'control characters',
    );
  },
);

test('B16: every character that a token may have works', async () => {
  const bearerToken = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('');
  served = await serve({ auth: { bearerToken } });
  const response = await fetch(`${served.url}/metrics`, {
    headers: { authorization: `Bearer ${bearerToken}` },
  });
  expect(response.status).toBe(200);
});

test('B16: a password of any text works', async () => {
  served = await serve({ auth: { username: 'prometheus', password: 'pä:ss \u{1f511}' } });
  const credentials = Buffer.from('prometheus:pä:ss \u{1f511}').toString('base64');
  expect(
    (await fetch(`${served.url}/metrics`, { headers: { authorization: `Basic ${credentials}` } })).status,
  ).toBe(200);
});

test.each([
  [
    'B15: throws',
    () => {
      throw new Error('of the host');
    },
  ],
])('%s: what next does is the host’s, and is not made a rejection of ours', (_, next) => {
  const store = new Store();
  const middleware = createHandler(createExposition({ store }), new HealthChecks(store), undefined);
  const request = { method: 'GET', url: '/orders', headers: {} } as never;
  expect(() => middleware(request, {} as never, next)).toThrow('of the host');
});

test('at any path, with the page that is wanted', async () => {
  const store = new Store();
  const handler = createHandler(createExposition({ store }), new HealthChecks(store), bearer);
  host = createServer((request, response) => {
    void (request.url === '/a/ready'
      ? handler.readyz(request, response)
      : handler.metrics(request, response));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => host!.once('listening', resolve));
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  expect(await (await fetch(`${url}/a/ready`)).text()).toBe('ok\n');
  expect((await fetch(`${url}/prom`)).status).toBe(401);
  const headers = { authorization: 'Bearer correct-horse' };
  expect((await fetch(`${url}/prom`, { headers })).headers.get('content-type')).toMatch(
    /^text\/plain; version/,
  );
  expect((await fetch(`${url}/prom`, { headers, method: 'POST' })).status).toBe(405);
  host.closeAllConnections();
});

const unreadable = Object.defineProperty({}, 'auth', {
  enumerable: true,
  get: () => {
    throw new Error('no');
  },
});

test.each([
  ['null', () => null],
  ['a number', () => 5],
  ['a text', () => 'x'],
  ['what can not be read', () => unreadable],
])('B19: options that are %s are refused as wrong options', async (_, options) => {
  expect(() => metricsHandler(options() as never)).toThrow(OptionsError);
  await expect(startEndpoint(options() as never)).rejects.toThrow(OptionsError);
});

test('in the host’s own server it answers its paths and leaves the rest', async () => {
  const store = new Store();
  const handler = createHandler(createExposition({ store }), new HealthChecks(store), undefined);
  host = createServer(async (request, response) => {
    if (!(await handler(request, response))) response.end(`host: ${request.method} ${request.url}`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => host!.once('listening', resolve));
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  expect((await fetch(`${url}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain; version/);
  expect(await (await fetch(`${url}/`)).text()).toBe('host: GET /');
  expect(await (await fetch(`${url}/orders`, { method: 'POST' })).text()).toBe('host: POST /orders');
  host.closeAllConnections();
});

test('as a middleware it calls the next one for what is not its own', async () => {
  const store = new Store();
  const middleware = createHandler(createExposition({ store }), new HealthChecks(store), undefined);
  host = createServer((request, response) => {
    void middleware(request, response, () => response.end('next'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => host!.once('listening', resolve));
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  expect(await (await fetch(`${url}/else`)).text()).toBe('next');
  expect(await (await fetch(`${url}/livez`)).text()).toBe('ok\n');
  host.closeAllConnections();
});

function split(answer: string): [head: string, body: Buffer] {
  const end = answer.indexOf('\r\n\r\n');
  return [answer.slice(0, end), Buffer.from(answer.slice(end + 4), 'latin1')];
}
