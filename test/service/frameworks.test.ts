import 'reflect-metadata';
import { type EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { Controller, Get, type INestApplication, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { processStore } from '@sightglass/core/authors';
import { httpServerRequestDuration } from '@sightglass/core/metrics';
import {
  fastifyRoutes,
  honoRoutes,
  koaRoutes,
  observeHttpServer,
  setHttpRoute,
} from '@sightglass/core/service';
import { readExposition } from '@sightglass/core/testing';
import express5, { type NextFunction, type Request, type Response } from 'express';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countsOf, valuesIn } from './measured.ts';

const require = createRequire(import.meta.url);
const express4 = require('express-4') as typeof express5;
/** The oldest and newest in wide use, as their packages are called here. */
const olderFastify = (alias: string) => require(alias) as typeof fastify;
/** Made before anything is measured. */
const early = fastify();
const stop = observeHttpServer();
afterAll(stop);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
beforeEach(() => processStore().histogram(httpServerRequestDuration).removeAll({}));

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks for each path, `POST /x` or `/x`, and gives the routes by status and what was measured in all. */
async function routesOf(url: string, paths: readonly string[]): Promise<Record<string, number>> {
  for (const path of paths) {
    const [at, method = 'GET'] = path.split(' ').reverse();
    await (await fetch(url + at, { method })).text();
  }
  return vi.waitFor(async () => {
    const counts = await countsOf('http_server_request_duration_seconds');
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(paths.length);
    expect(await readExposition()).not.toMatch(/secret/);
    return Object.fromEntries(
      Object.entries(counts).map(([labels, count]) => {
        const [method, route, status] = [
          'http_request_method',
          'http_route',
          'http_response_status_code',
        ].map(
          (name) =>
            labels
              .split(' ')
              .find((pair) => pair.startsWith(`${name}=`))
              ?.slice(name.length + 1) ?? '-',
        );
        return [`${method} ${route} ${status}`, count];
      }),
    );
  });
}

const ok = (_request: Request, response: Response) => void response.send('ok');
const boom = () => {
  throw new Error('boom');
};
const recover = (_error: unknown, _request: Request, response: Response, _next: NextFunction) =>
  void response.status(500).send('error');

test('Express 5: routes by pattern through mounted routers and applications, also when handlers throw, and none for what no route matched', async () => {
  const app = express5();
  app.use(express5.json());
  app.use('/users/:id', (_request, _response, next) => next());
  app.get('/', ok);
  app.get(['/a/:x', '/b/:x'], ok);
  app.get(/^\/re(.*)$/, ok);
  app.get('/async', async () => boom());
  const posts = express5.Router();
  posts.get('/', ok);
  posts.get('/:post', ok);
  posts.get('/:post/boom', boom);
  app.use('/users', express5.Router());
  app.use('/users/:id', posts);
  const versioned = express5.Router({ mergeParams: true });
  versioned.use('/deep/:d', posts);
  app.use(['/v1/:org', '/v2/:org'], versioned);
  const admin = express5();
  admin.post('/jobs/:name', ok);
  app.use('/admin/:area', admin);
  app.get('/falls/:through', (_request, _response, next) => next());
  app.use(recover);
  const routes = await routesOf(await serve(app), [
    '/',
    '/a/secret1',
    '/b/secret2',
    '/resecret',
    '/async',
    '/users/secret3/',
    '/users/secret3/secret4',
    '/users/secret3/secret4/boom',
    '/v2/secret5/deep/secret6/secret7',
    'POST /admin/secret8/jobs/secret9',
    '/missing/secret',
    'POST /users/secret3/secret4',
    '/falls/secret',
    '/users/%zzsecret',
  ]);
  expect(routes).toEqual({
    'GET / 200': 1,
    'GET /a/:x 200': 1,
    'GET /b/:x 200': 1,
    'GET /^\\\\/re(.*)$/ 200': 1,
    'GET /async 500': 1,
    'GET /users/:id 200': 1,
    'GET /users/:id/:post 200': 1,
    'GET /users/:id/:post/boom 500': 1,
    'GET /v2/:org/deep/:d/:post 200': 1,
    'POST /admin/:area/jobs/:name 200': 1,
    'GET - 404': 1,
    'POST - 404': 1,
    'GET /falls/:through 404': 1,
    'GET - 500': 1,
  });
});

test('Express 4, whose router tells nothing: patterns through mounted routers, and * where a mount can not be read', async () => {
  const app = express4();
  const posts = express4.Router();
  posts.get('/', ok);
  posts.get('/:post', ok);
  app.get('/plain/:id', ok);
  app.get('/boom/:id', boom);
  app.use('/users', express4.Router());
  app.use('/users/:id', posts);
  const versioned = express4.Router();
  versioned.use('/deep-er/:d/x', posts);
  app.use(['/v1/:org', '/v2.0/:org'], versioned);
  app.use(/^\/re(.*)$/, posts);
  const admin = express4();
  admin.use('/inner', posts);
  app.use('/admin', admin);
  app.use(recover);
  const routes = await routesOf(await serve(app), [
    '/plain/secret1',
    '/boom/secret2',
    '/users/secret3/secret4',
    '/users/secret3',
    '/users/secret5/secret6',
    '/v2.0/secret7/deep-er/secret8/x/secret9',
    '/v1/secret7/deep-er/secret8/x/',
    '/admin/inner/secret10',
    '/missing/secret5',
    'HEAD /users/secret11/secret12',
  ]);
  expect(routes).toEqual({
    'GET /plain/:id 200': 1,
    'GET /boom/:id 500': 1,
    'GET /users/:id/:post 200': 2,
    'GET /users/:id 200': 1,
    'GET /v2.0/:org/deep-er/:d/x/:post 200': 1,
    'GET /v1/:org/deep-er/:d/x 200': 1,
    'GET */:post 200': 1,
    'GET - 404': 1,
    'HEAD /users/:id/:post 200': 1,
  });
});

test.each([
  ['express-4-16', '/users/:id/:post'],
  ['express-4', '/users/:id/:post'],
  ['express-5-0', '/users/:id/:post'],
])('A6: %s: is answered as it would be, each route named', async (alias, mounted) => {
  const app = (require(alias) as typeof express5)();
  const posts = (require(alias) as typeof express5).Router();
  posts.get('/:post', ok);
  app.get('/plain/:id', ok);
  app.get('/boom/:id', boom);
  app.use('/users/:id', posts);
  app.use(recover);
  // The status is the one that was answered.
  const routes = await routesOf(await serve(app), [
    '/plain/secret1',
    '/boom/secret2',
    '/users/secret3/secret4',
    '/missing/secret5',
  ]);
  expect(routes).toEqual({
    'GET /plain/:id 200': 1,
    'GET /boom/:id 500': 1,
    [`GET ${mounted} 200`]: 1,
    'GET - 404': 1,
  });
});

async function fill(app: FastifyInstance): Promise<string> {
  app.addHook('preHandler', async (request, reply) => {
    if (request.url.includes('denied')) await reply.code(401).send('no');
  });
  app.get('/users/:id', async () => 'ok');
  app.get('/boom/:id', async () => boom());
  app.register(
    async (api) => {
      api.get('/orders/:order', async () => 'ok');
    },
    { prefix: '/api/:version' },
  );
  closing.push(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

test.each([
  ['Fastify, made after', () => fastify()],
  ['A6: Fastify 3', () => olderFastify('fastify-3')()],
  ['A6: Fastify 4.0', () => olderFastify('fastify-4-0')()],
  ['A6: Fastify 4.10', () => olderFastify('fastify-4-10')()],
  ['A6: Fastify 5.0', () => olderFastify('fastify-5-0')()],
  [
    'Fastify, made before, and named by fastifyRoutes',
    () => {
      fastifyRoutes(early);
      return early;
    },
  ],
])(
  '%s: routes by pattern, also when a hook answers or a handler throws, and none for what no route matched',
  async (_, make) => {
    const routes = await routesOf(await fill(make()), [
      '/users/secret1',
      '/users/secret1?denied',
      '/boom/secret2',
      '/api/secret3/orders/secret4',
      '/missing/secret5',
      'POST /users/secret6',
    ]);
    expect(routes).toEqual({
      'GET /users/:id 200': 1,
      'GET /users/:id 401': 1,
      'GET /boom/:id 500': 1,
      'GET /api/:version/orders/:order 200': 1,
      'GET - 404': 1,
      'POST - 404': 1,
    });
  },
);

class Users {
  one(id: string) {
    return id;
  }
  fails() {
    boom();
  }
  make() {
    return 'made';
  }
}
class App {}

const nest12 = { Controller, ExpressAdapter, FastifyAdapter, Get, Module, NestFactory, Param, Post };
const nest10 = require('./nest-10/index.cjs') as typeof nest12;

/** What the decorators do, without the syntax that erasable TypeScript has not. */
function decorate(nest: typeof nest12): void {
  const method = (name: keyof Users) => Object.getOwnPropertyDescriptor(Users.prototype, name)!;
  nest.Get(':id')(Users.prototype, 'one', method('one'));
  nest.Param('id')(Users.prototype, 'one', 0);
  nest.Get(':id/fails')(Users.prototype, 'fails', method('fails'));
  nest.Post()(Users.prototype, 'make', method('make'));
  nest.Controller('users')(Users);
  nest.Module({ controllers: [Users] })(App);
}

test.each([
  ['Nest on Express', nest12, nest12.ExpressAdapter, { 'GET /api*path 404': 1, 'GET - 404': 1 }],
  ['Nest on Fastify', nest12, nest12.FastifyAdapter, { 'GET - 404': 2 }],
  ['Nest 10 on Express', nest10, nest10.ExpressAdapter, { 'GET - 404': 2 }],
  ['Nest 10 on Fastify', nest10, nest10.FastifyAdapter, { 'GET - 404': 2 }],
] as const)('%s: the paths of its controllers', async (_, nest, Adapter, notFound) => {
  decorate(nest);
  const app: INestApplication = await nest.NestFactory.create(App, new Adapter() as never, { logger: false });
  app.setGlobalPrefix('api');
  await app.listen(0, '127.0.0.1');
  closing.push(() => app.close());
  const routes = await routesOf(await app.getUrl(), [
    '/api/users/secret1',
    '/api/users/secret2/fails',
    'POST /api/users',
    '/api/missing/secret3',
    '/secret4',
  ]);
  expect(routes).toEqual({
    'GET /api/users/:id 200': 1,
    'GET /api/users/:id/fails 500': 1,
    'POST /api/users 201': 1,
    // On Express 5, Nest answers what is under its prefix by a route of its own.
    ...notFound,
  });
});

test('10,000 paths that nobody has a route for, or that one route has, are a bounded number of series', async () => {
  const app = express4();
  const posts = express4.Router();
  posts.get('/:post', ok);
  app.use('/users/:id', posts);
  const [expressUrl, fastifyUrl] = [await serve(app), await fill(fastify())];
  /** All on one connection, one behind the other. */
  const ask = async (url: string, path: (i: number) => string) => {
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1').resume();
    for (let i = 1; i <= 5_000; i++)
      socket.write(`GET ${path(i)} HTTP/1.1\r\nHost: x\r\n${i === 5_000 ? 'Connection: close\r\n' : ''}\r\n`);
    await once(socket, 'close');
  };
  await ask(expressUrl, (i) => `/users/secret${i}/secret${i}`);
  await ask(fastifyUrl, (i) => `/missing/secret${i}`);
  await vi.waitFor(async () =>
    expect(await countsOf('http_server_request_duration_seconds')).toEqual({
      'http_request_method=GET http_response_status_code=200 http_route=/users/:id/:post url_scheme=http': 5_000,
      'http_request_method=GET http_response_status_code=404 url_scheme=http': 5_000,
    }),
  );
  expect(await readExposition()).not.toMatch(/secret/);
});

test('Fastify over HTTP/2: routes by pattern', async () => {
  const app = fastify({ http2: true });
  app.get('/users/:id', async () => 'ok');
  closing.push(() => app.close());
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }));
  for (const path of ['/users/secret1', '/missing/secret2'])
    await once(session.request({ ':path': path }).resume(), 'close');
  session.close();
  await vi.waitFor(async () =>
    expect(await countsOf('http_server_request_duration_seconds')).toEqual({
      'http_request_method=GET http_response_status_code=200 http_route=/users/:id url_scheme=http': 1,
      'http_request_method=GET http_response_status_code=404 url_scheme=http': 1,
    }),
  );
});

test('WebSocket connections by ws, beside Express: counted as they are upgraded, and while they are open', async () => {
  const { WebSocket, WebSocketServer } = require('ws') as {
    WebSocket: new (url: string) => EventEmitter & { close(): void };
    WebSocketServer: new (options: object) => EventEmitter & { close(): void };
  };
  const server = createServer(express5()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ server });
  closing.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => sockets.close(),
  );
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/rooms/secret`);
  await once(client, 'open');
  const labels = 'network_protocol_name=websocket';
  const read = async (name: string) => valuesIn(await readExposition(), name)[labels];
  expect(await read('http_server_upgrades_total')).toBe(1);
  expect(await read('http_server_upgraded_connections')).toBe(1);
  client.close();
  await vi.waitFor(async () => expect(await read('http_server_upgraded_connections')).toBe(0));
  expect(await countsOf('http_server_request_duration_seconds')).toEqual({});
  expect(await readExposition()).not.toMatch(/secret/);
});

test('a route that the host names wins over the framework', async () => {
  const app = express5();
  app.get('/:kind/:id', (request, response) => {
    setHttpRoute(request, '/books/:id');
    response.send('ok');
  });
  expect(await routesOf(await serve(app), ['/books/secret1'])).toEqual({ 'GET /books/:id 200': 1 });
});

/** Without types of its own. */
interface KoaApp {
  use(middleware: (context: KoaContext, next: () => Promise<unknown>) => unknown): void;
  on(event: 'error', listener: () => void): void;
  callback(): RequestListener;
}
interface KoaContext {
  body: unknown;
}
interface KoaRouter {
  get(path: string | RegExp, handler: (context: KoaContext) => unknown): void;
  use(...args: unknown[]): void;
  routes(): () => unknown;
  allowedMethods(): () => unknown;
}

test.each([
  ['koa', '@koa/router'],
  ['koa-2', 'koa-router-7'],
])(
  '%s with %s: routes by pattern, also nested and when handlers throw, and none for what no route matched',
  async (koa, koaRouter) => {
    const classOf = (name: string) => {
      const found = require(name);
      return found.default ?? found;
    };
    const [Koa, Router] = [classOf(koa), classOf(koaRouter)];
    const app: KoaApp = new Koa();
    app.on('error', () => {});
    koaRoutes(app);
    const posts: KoaRouter = new Router();
    posts.get('/:post', (context) => {
      context.body = 'post';
    });
    const router: KoaRouter = new Router({ prefix: '/api' });
    router.get('/users/:id', (context) => {
      context.body = 'ok';
    });
    router.get('/boom/:id', boom);
    router.use('/users/:id/posts', posts.routes());
    app.use(router.routes());
    app.use(router.allowedMethods());
    const routes = await routesOf(await serve(app.callback()), [
      '/api/users/secret1',
      'HEAD /api/users/secret2',
      '/api/boom/secret3',
      '/api/users/secret4/posts/secret5',
      '/missing/secret6',
      'OPTIONS /api/users/secret7',
      'POST /api/users/secret8',
    ]);
    expect(routes).toEqual({
      'GET /api/users/:id 200': 1,
      'HEAD /api/users/:id 200': 1,
      'GET /api/boom/:id 500': 1,
      'GET /api/users/:id/posts/:post 200': 1,
      'GET - 404': 1,
      'OPTIONS - 200': 1,
      'POST - 405': 1,
    });
  },
);

test.each([
  ['hono', '@hono/node-server'],
  ['hono-3', 'hono-node-server-1'],
])(
  '%s with %s: routes by pattern, also mounted and when handlers throw, and none for what no route matched',
  async (hono, nodeServer) => {
    const { Hono } = require(hono) as typeof import('hono');
    const { getRequestListener } = require(nodeServer) as typeof import('@hono/node-server');
    const app = new Hono();
    honoRoutes(app);
    app.use('*', async (_context, next) => next());
    app.use('/users/*', async (_context, next) => next());
    app.get('/users/:id', (c) => c.text('ok'));
    app.get('/boom/:id', () => boom());
    app.all('/any/*', (c) => c.text('any'));
    const orders = new Hono();
    orders.get('/:order', (c) => c.text('order'));
    app.route('/api/:version/orders', orders);
    app.onError((_error, c) => c.text('error', 500));
    const listener = getRequestListener(app.fetch as never) as RequestListener;
    const routes = await routesOf(await serve(listener), [
      '/users/secret1',
      'HEAD /users/secret2',
      '/boom/secret3',
      '/any/secret4',
      '/api/secret5/orders/secret6',
      '/users/secret7/missing',
      '/missing/secret8',
      'POST /users/secret9',
    ]);
    expect(routes).toEqual({
      'GET /users/:id 200': 1,
      'HEAD /users/:id 200': 1,
      'GET /boom/:id 500': 1,
      'GET /any/* 200': 1,
      'GET /api/:version/orders/:order 200': 1,
      'GET - 404': 2,
      'POST - 404': 1,
    });
  },
);
