import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import { fill, raw, type Served, serve } from './serve.support.ts';

let served: Served;

beforeEach(async () => {
  served = await serve();
});

afterEach(async () => {
  expect(await (await fetch(`${served.url}/livez`)).text()).toBe('ok\n');
  await served.close();
});

const get = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test.each([
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['a broken request line', 'GET\r\n\r\n'],
  ['a target with a space', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no Host', 'GET /metrics HTTP/1.1\r\n\r\n'],
  ['an unknown version', 'GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n'],
  ['a bad header', 'GET /metrics HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n'],
  ['two lengths', 'GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  [
    'a length and chunks',
    'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['null bytes', 'GET /met\0rics HTTP/1.1\r\nHost: x\r\n\r\n'],
])('%s is refused', async (_, bytes) => {
  const answer = await raw(served.port, bytes);
  expect([400, 505]).toContain(statusOf(answer));
});

test.each([
  ['/metrics', 200],
  ['/metrics?collect[]=x', 200],
  ['http://evil.example/metrics', 200],
  ['http://evil.example', 200],
  ['//evil.example/metrics', 404],
  ['/%6detrics', 404],
  ['/metrics%00', 404],
  ['/x/../metrics', 404],
  ['/../../etc/passwd', 404],
  ['/..%2f..%2fetc%2fpasswd', 404],
  ['/METRICS', 404],
  ['/metrics/', 404],
  ['/__proto__', 404],
  ['/constructor', 404],
  ['*', 404],
])('the target %s answers %i', async (target, status) => {
  expect(statusOf(await raw(served.port, get(target)))).toBe(status);
});

test('headers over 8 KiB are refused', async () => {
  expect(statusOf(await raw(served.port, get('/metrics', `X-Junk: ${'x'.repeat(20_000)}\r\n`)))).toBe(431);
});

test('junk behind a good request costs that connection only', async () => {
  const answer = await raw(served.port, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n\x00\x01junk\r\n\r\n');
  // Node may find the junk before the answer is written.
  expect([200, 400]).toContain(statusOf(answer));
});

test('pipelined requests are answered in order', async () => {
  const answer = await raw(
    served.port,
    'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20) + get('/nowhere'),
  );
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual([...Array(20).fill('HTTP/1.1 200'), 'HTTP/1.1 404']);
});

test('CONNECT and upgrades get nothing', async () => {
  expect(await raw(served.port, 'CONNECT evil.example:80 HTTP/1.1\r\nHost: x\r\n\r\n')).not.toMatch(/ 200 /);
  expect(statusOf(await raw(served.port, get('/livez', 'Upgrade: websocket\r\n')))).toBe(200);
});

test('a request sent byte by byte is cut off', async () => {
  const answer = new Promise<string>((resolve) => {
    const socket = connect(served.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => {});
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 100);
    socket.on('close', () => {
      clearInterval(drip);
      resolve(text);
    });
    socket.write('GET /metrics HTTP/1.1\r\n');
  });
  // Without the limit there would be no answer: the drip never ends by itself.
  expect(statusOf(await answer)).toBe(408);
});

test('of 100 scrapes at once each gets the whole text or is told to come back', async () => {
  fill(served.store, 2_000);
  const responses = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const response = await fetch(`${served.url}/metrics`);
      return {
        status: response.status,
        retry: response.headers.get('retry-after'),
        body: await response.text(),
      };
    }),
  );
  const whole = responses.filter(({ status }) => status === 200);
  const refused = responses.filter(({ status }) => status === 503);
  expect(whole.length + refused.length).toBe(100);
  expect(whole.length).toBeGreaterThanOrEqual(8);
  for (const { body } of whole) expect(body).toContain('filler_total{id="series-number-1999"} 1999\n');
  for (const { retry, body } of refused) expect([retry, body]).toEqual(['1', 'Too many scrapes under way\n']);
  expect((await fetch(`${served.url}/metrics`)).status).toBe(200);
});

test('hanging scrapes fill their slots, not the endpoint, and give them back', async () => {
  let release = () => {};
  const hanging = new Promise<number>((resolve) => {
    release = () => resolve(1);
  });
  const depth = served.store.gauge(describe('gauge', 'depth', { help: 'Depth.' }));
  depth.observe(() => hanging, {});
  const scrapes = Array.from({ length: 9 }, () => fetch(`${served.url}/metrics`));
  // One too many: it alone is answered, whichever of them it is.
  const refused = await Promise.race(scrapes);
  expect(refused.status).toBe(503);
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200);
  release();
  const answers = await Promise.all(scrapes);
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(8).fill(200), 503]);
  expect((await fetch(`${served.url}/metrics`)).status).toBe(200);
});

test('clients that leave in the middle of a large body give their slots back', async () => {
  fill(served.store, 50_000);
  const leave = () =>
    new Promise<void>((resolve) => {
      const socket = connect(served.port, '127.0.0.1', () => socket.write(get('/metrics')));
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
      socket.once('close', () => resolve());
    });
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 8 }, leave));
  const complete = async () => {
    const response = await fetch(`${served.url}/metrics`);
    expect(response.status).toBe(200);
    return response.text();
  };
  expect(await vi.waitFor(complete)).toContain('filler_total{id="series-number-49999"} 49999\n');
});

/** A client that asks for something and then takes next to nothing of it. */
function slowReader(port: number, request: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  socket.on('error', () => {});
  socket.once('readable', () => socket.read(1));
  return socket;
}

test('B22: readers that take next to nothing are dropped for a scrape that is allowed', async () => {
  fill(served.store, 200_000);
  const slow = Array.from({ length: 8 }, () => slowReader(served.port, get('/metrics')));
  const closed = slow.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  await Promise.all(slow.map((socket) => once(socket, 'readable')));
  for (let scrape = 0; scrape < 3; scrape++) {
    const response = await fetch(`${served.url}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('filler_total{id="series-number-199999"} 199999\n');
  }
  for (const socket of slow) socket.destroy();
  await Promise.all(closed);
});

test('B18: requests without credentials, pipelined behind a probe that hangs, take no place of a scrape', async () => {
  const guarded = await serve({ auth: { bearerToken: 'let-me-in' } });
  let release = () => {};
  guarded.health.declare(
    'slow',
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const allowed = 'Authorization: Bearer let-me-in\r\n';
  const keep = (target: string, headers = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
  const clients = ['', allowed].flatMap((headers) =>
    Array.from({ length: 3 }, () =>
      slowReader(guarded.port, keep('/readyz') + keep('/metrics', headers).repeat(20)),
    ),
  );
  await Promise.all(clients.map((socket) => once(socket, 'connect')));
  for (let scrape = 0; scrape < 10; scrape++) {
    const response = await fetch(`${guarded.url}/metrics`, {
      headers: { authorization: 'Bearer let-me-in' },
    });
    expect(response.status).toBe(200);
    await response.text();
  }
  release();
  for (const socket of clients) socket.destroy();
  await guarded.close();
});

test('pipelined scrapes are each answered, in order', async () => {
  const answer = await raw(
    served.port,
    'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20) + get('/livez'),
  );
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(Array(21).fill('HTTP/1.1 200'));
});
