import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { metricsHandler } from '@sightglass/core/endpoint';
import express5 from 'express';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';

/** Without types of its own. */
const express4 = createRequire(import.meta.url)('express-4') as typeof express5;

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer = async (url: string) => {
  const response = await fetch(url);
  return [
    response.status,
    response.headers.get('content-type')?.split(';')[0],
    (await response.text()).slice(0, 20),
  ];
};
const METRICS = [200, 'text/plain', expect.any(String)];

test('A22: on a route of its own in Fastify our handler answers, whatever stands before the page', async () => {
  const app = Fastify();
  onTestFinished(() => app.close());
  const handler = metricsHandler();
  for (const path of ['/metrics', '/internal/metrics', '/a/b/readyz'])
    app.get(path, (request, reply) => {
      reply.hijack();
      return handler(request.raw, reply.raw);
    });
  app.get('/prom', (request, reply) => {
    reply.hijack();
    return handler.metrics(request.raw, reply.raw);
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const path of ['/metrics', '/internal/metrics', '/internal/metrics?x=1', '/prom'])
    expect(await answer(url + path)).toEqual(METRICS);
  expect(await answer(`${url}/a/b/readyz`)).toEqual([200, 'text/plain', 'ok\n']);
  expect((await app.inject('/internal/metrics')).statusCode).toBe(200);
});

test.each([
  ['4', express4],
  ['5', express5],
])(
  'A22: on a route of its own in Express %s our handler answers, and other paths are the host’s',
  async (_, express) => {
    const app = express();
    const handler = metricsHandler();
    app.get('/internal/metrics', handler);
    app.get('/prom', handler);
    app.use('/ops', handler);
    app.use(handler);
    app.get('/api/health', (_request, response) => void response.send('the host’s'));
    const url = await listen(app);
    for (const path of ['/metrics', '/internal/metrics', '/prom', '/ops/metrics'])
      expect(await answer(url + path)).toEqual(METRICS);
    expect(await answer(`${url}/api/health`)).toEqual([200, 'text/html', 'the host’s']);
  },
);

test.each([
  ['4', express4],
  ['5', express5],
])('B15: what is thrown behind our handler goes to the error handler of Express %s', async (_, express) => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  const app = express();
  app.use((request, response, next) =>
    metricsHandler()(request, response, () => {
      if (request.url === '/throws') throw new Error('of the host');
      next();
    }),
  );
  app.get('/later', () => {
    throw new Error('of the host');
  });
  app.use(
    ((error, _request, response, _next) =>
      void response.status(500).send((error as Error).message)) as express5.ErrorRequestHandler,
  );
  const url = await listen(app);
  expect(await answer(`${url}/throws`)).toEqual([500, 'text/html', 'of the host']);
  expect(await answer(`${url}/later`)).toEqual([500, 'text/html', 'of the host']);
  expect(unhandled).toEqual([]);
});

test('in a plain server, paths of the host that end like ours stay the host’s', async () => {
  const handler = metricsHandler();
  const url = await listen(async (request, response) => {
    if (!(await handler(request, response))) response.end('the host’s');
  });
  for (const path of ['/api/health', '/api/metrics', '/metrics/'])
    expect((await answer(url + path)).at(-1)).toBe('the host’s');
});
