import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
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
import { countsOf } from './measured.ts';

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

test('Express 4, whose router tells nothing: patterns, with * for where a router is mounted', async () => {
  const app = express4();
  const posts = express4.Router();
  posts.get('/:post', ok);
  app.get('/plain/:id', ok);
  app.get('/boom/:id', boom);
  app.use('/users/:id', posts);
  app.use(recover);
  const routes = await routesOf(await serve(app), [
    '/plain/secret1',
    '/boom/secret2',
    '/users/secret3/secret4',
    '/missing/secret5',
  ]);
  expect(routes).toEqual({
    'GET /plain/:id 200': 1,
    'GET /boom/:id 500': 1,
    'GET */:post 200': 1,
    'GET - 404': 1,
  });
});

test.each([
  ['express-4-16', '*/:post'],
  ['express-4', '*/:post'],
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

/** What the decorators do, without the syntax that erasable TypeScript has not. */
function decorate(): void {
  const method = (name: keyof Users) => Object.getOwnPropertyDescriptor(Users.prototype, name)!;
  Get(':id')(Users.prototype, 'one', method('one'));
  Param('id')(Users.prototype, 'one', 0);
  Get(':id/fails')(Users.prototype, 'fails', method('fails'));
  Post()(Users.prototype, 'make', method('make'));
  Controller('users')(Users);
  Module({ controllers: [Users] })(App);
}

test.each([
  ['Express', () => new ExpressAdapter(), { 'GET /api*path 404': 1, 'GET - 404': 1 }],
  ['Fastify', () => new FastifyAdapter(), { 'GET - 404': 2 }],
])('Nest on %s: the paths of its controllers', async (_, adapter, notFound) => {
  decorate();
  const app: INestApplication = await NestFactory.create(App, adapter() as never, { logger: false });
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
    // On Express, Nest answers what is under its prefix by a route of its own.
    ...notFound,
  });
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
