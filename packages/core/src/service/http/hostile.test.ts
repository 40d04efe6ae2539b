import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as nodeRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { observeHttpClient } from './client.ts';
import { fastifyRoutes } from './fastify-routes.ts';
import { observeHttpServer } from './server.ts';

/** What a host, its framework or another tool may have made of its objects. */
const boom = (): never => {
  throw new Error('touched');
};
const trap = () => new Proxy({}, { get: boom, has: boom, set: boom, defineProperty: boom, ownKeys: boom });
const odd: readonly (readonly [string, () => unknown])[] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['a number', () => 1],
  ['an empty object', () => ({})],
  ['a frozen object', () => Object.freeze({})],
  ['a proxy that throws at all', trap],
];

const stops = [observeHttpServer(), observeHttpClient()];
afterAll(() => {
  for (const stop of stops) stop();
});

/** What a channel's or an event's listener throws comes as an uncaught exception. */
const uncaught = vi.fn();
let others: NodeJS.UncaughtExceptionListener[] = [];
beforeEach(() => {
  uncaught.mockClear();
  others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught);
});
afterEach(() => {
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

const CHANNELS = [
  ['http.server.request.start', ['request', 'response', 'socket', 'server']],
  ['http.client.request.created', ['request']],
  ['http.client.request.start', ['request']],
  ['http.client.request.error', ['request', 'error']],
  ['http.client.response.finish', ['request', 'response']],
  ['undici:request:create', ['request']],
  ['undici:request:headers', ['request', 'response']],
  ['undici:request:trailers', ['request']],
  ['undici:request:error', ['request', 'error']],
  ['tracing:express.router.request:start', ['req', 'handler', 'route']],
  ['fastify.initialization', ['fastify']],
] as const;

test.each(CHANNELS)('A6: whatever is published on %s, the publisher goes on', async (name, properties) => {
  for (const [, make] of odd) {
    channel(name).publish(make());
    channel(name).publish(Object.fromEntries(properties.map((property) => [property, make()])));
  }
  await settled();
  expect(uncaught).not.toHaveBeenCalled();
});

test.each(odd)('A6: a Fastify request that is %s goes on, once', (_, make) => {
  let hook: (...args: unknown[]) => void = boom;
  fastifyRoutes({
    addHook: (_name, added) => {
      hook = added;
    },
  });
  const done = vi.fn();
  for (const request of [
    make(),
    { raw: make() },
    { raw: {}, routeOptions: make() },
    { routerPath: make() },
  ]) {
    done.mockClear();
    hook(request, {}, done);
    expect(done).toHaveBeenCalledExactlyOnceWith();
  }
  const failing = () => hook({}, {}, boom);
  expect(failing, 'what the framework throws is its own').toThrow('touched');
});

type Spoil = (request: IncomingMessage, response: ServerResponse) => void;
const throwing = (object: object, name: string) => Object.defineProperty(object, name, { get: boom });
const spoilt: readonly (readonly [string, Spoil])[] = [
  ['a route that throws', (request) => throwing(request, 'route')],
  ['a route whose path throws', (request) => Object.assign(request, { route: throwing({}, 'path') })],
  ['a route of odd paths', (request) => Object.assign(request, { route: { path: [trap()] } })],
  [
    'a base that is no text',
    (request) => Object.assign(request, { route: { path: '/' }, baseUrl: { a: 1 } }),
  ],
  ['a response without its request', (_, response) => Object.assign(response, { req: undefined })],
  [
    'a response that does not say whether it has ended',
    (_, response) => throwing(response, 'writableFinished'),
  ],
];

test.each(spoilt)('A6: a request with %s is answered as it would be', async (_, spoil) => {
  const server = createServer((request, response) => {
    spoil(request, response);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      nodeRequest({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject).end();
    });
    answer.resume();
    await once(answer, 'end');
    expect(answer.statusCode).toBe(200);
    await settled();
    expect(uncaught).not.toHaveBeenCalled();
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
