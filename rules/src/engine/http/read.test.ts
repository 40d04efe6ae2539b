import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prometheusAt } from '../slo/report/prometheus.ts';
import { httpAddress, read } from './index.ts';

let answer: RequestListener = (_, response) => void response.end('hello');
const server = createServer((request, response) => answer(request, response));
let at = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const ask = (address = `http://${at}/metrics`, timeoutMs = 10_000, mostBytes = 1024 * 1024) =>
  read(httpAddress(address)!, { timeoutMs }, mostBytes);

test('a user and a password go to the server alone, and are shown to nobody', async () => {
  answer = (request, response) => void response.end(request.headers.authorization);
  const { text } = await ask(`http://ann:Tr0ub%40dor@${at}/metrics?token=Tr0ubador`);
  expect(Buffer.from(text.replace('Basic ', ''), 'base64').toString()).toBe('ann:Tr0ub@dor');
  const closed = 'http://ann:Tr0ub%40dor@127.0.0.1:1/p?token=Tr0ubador';
  await expect(ask(closed)).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/p can not be read: (?!.*Tr0ub)/);
  await expect(prometheusAt(closed).query('up', 0)).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/p can not be read: (?!.*Tr0ub)/,
  );
});

test.each([['ftp://h'], ['h:9090'], [''], ['http://'], ['file:///etc/passwd'], ['javascript:1']])(
  '%j is no address',
  (text) => expect(httpAddress(text)).toBeUndefined(),
);

test.each<[string, RequestListener, RegExp, number?]>([
  [
    'never ends',
    (_, response) => {
      const piece = Buffer.alloc(64 * 1024, 'a');
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    },
    /can not be read: it is larger than 1 MiB/,
  ],
  [
    'is packed to a thousandth',
    (_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(20 * 1024 * 1024)));
    },
    /can not be read: it is larger than 1 MiB/,
  ],
  ['does not come', () => {}, /can not be read: it has not answered within 0.05 s/, 50],
  [
    'stops in its middle',
    (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half');
    },
    /can not be read: it has not answered within 0.05 s/,
    50,
  ],
  [
    'leads in a circle',
    (_, response) => void response.writeHead(302, { location: '/' }).end(),
    /can not be read: .*redirect/,
  ],
])('an answer that %s is given up', async (_, listener, message, timeoutMs) => {
  answer = listener;
  await expect(ask(undefined, timeoutMs)).rejects.toThrow(message);
});

test.each([
  'null',
  '7',
  'no JSON',
  '{"status":"success"}',
  '{"status":"success","data":null}',
  '{"status":"success","data":{"result":{}}}',
  '{"status":"success","data":{"result":[null]}}',
  '{"status":"success","data":{"result":[{"metric":null,"value":[1,"1"]}]}}',
  '{"status":"success","data":{"result":[{"metric":{"a":1},"value":[1,"1"]}]}}',
  '{"status":"success","data":{"result":[{"metric":{},"value":[1,{}]}]}}',
  '{"status":"success","data":{"result":[{"metric":{},"values":7}]}}',
  '{"status":"error","error":{"toString":1}}',
])('what is no answer of Prometheus is said to be none: %s', async (text) => {
  answer = (_, response) => void response.end(text);
  await expect(prometheusAt(`http://${at}/`).query('up', 0)).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:\d+ can not be read: (it answers 200|what it answers is not what Prometheus answers)$/,
  );
});

test('a path before that of Prometheus is kept, and infinities are numbers', async () => {
  const paths: unknown[] = [];
  answer = ({ url }, response) => {
    paths.push(url);
    const result = [
      {
        metric: { __proto__: 'x', a: 'b' },
        values: [
          [1, '+Inf'],
          [2, 'NaN'],
        ],
      },
    ];
    response.end(JSON.stringify({ status: 'success', data: { result } }));
  };
  const lines = await prometheusAt(`http://${at}/behind/`).queryRange('up', 1, 2, 1);
  expect(paths).toEqual(['/behind/api/v1/query_range']);
  expect(lines).toEqual([
    {
      labels: { a: 'b' },
      points: [
        { time: 1, value: Infinity },
        { time: 2, value: Number.NaN },
      ],
    },
  ]);
});
