import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { parseArgs } from 'node:util';

/*
 * A server in a process of its own, measured by one of the contenders, and what CPU time of the process a request to it takes. Arguments: the framework and the contender. It is asked
 * over a stream, so that no network's noise is in the figures: what asks takes the same time for all.
 */

const require = createRequire(import.meta.url);
const BATCH = 1_000;
const WARM_UP = 30;

const { values, positionals } = parseArgs({
  options: { batches: { type: 'string', default: '120' } },
  allowPositionals: true,
});
const [framework, contender] = positionals as ['express' | 'fastify', string];

/** What is loaded before the framework is, and what is put into the application. */
interface Measure {
  before?(): void | Promise<void>;
  express?(app: ExpressApp): void;
  fastify?(app: FastifyApp): unknown;
  /** How many requests were counted. */
  counted(): Promise<number>;
}
interface ExpressApp {
  use(handler: unknown): void;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): void;
}
interface FastifyApp {
  register(plugin: unknown, options?: object): unknown;
  get(path: string, handler: () => Promise<string>): void;
  ready(): Promise<unknown>;
  readonly server: Server;
}

/** The sum of a histogram's `_count` in a text. */
const countsIn = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`^${name}_count(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

const contenders: { readonly [name: string]: () => Measure } = {
  plain: () => ({ counted: async () => Number.NaN }),
  sightglass: () => {
    const { observeHttpServer } = require('@sightglass/core/service');
    const { readExposition } = require('@sightglass/core/testing');
    return {
      before: () => void observeHttpServer(),
      counted: async () => countsIn(await readExposition(), 'http_server_request_duration_seconds'),
    };
  },
  opentelemetry: () => {
    const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
    const { MeterProvider } = require('@opentelemetry/sdk-metrics');
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
    const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
    const { FastifyOtelInstrumentation } = require('@fastify/otel');
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const meterProvider = new MeterProvider({ readers: [exporter] });
    const all = [
      new HttpInstrumentation(),
      framework === 'express'
        ? new ExpressInstrumentation()
        : new FastifyOtelInstrumentation({ registerOnInitialization: true }),
    ];
    for (const one of all) {
      one.setMeterProvider(meterProvider);
      one.enable();
    }
    return {
      async counted() {
        const { resourceMetrics } = await exporter.collect();
        const points = resourceMetrics.scopeMetrics.flatMap(
          ({
            metrics,
          }: {
            metrics: { descriptor: { name: string }; dataPoints: { value: { count: number } }[] }[];
          }) =>
            metrics
              .filter(({ descriptor }) => /^http\.server\.(request\.)?duration$/.test(descriptor.name))
              .flatMap(({ dataPoints }) => dataPoints),
        );
        return points.reduce((sum: number, { value }: { value: { count: number } }) => sum + value.count, 0);
      },
    };
  },
  'express-prom-bundle': () => {
    const bundle = require('express-prom-bundle');
    const middleware = bundle({ includeMethod: true, includePath: true, includeStatusCode: true });
    return {
      express: (app) => app.use(middleware),
      counted: async () =>
        countsIn(await require('prom-client').register.metrics(), 'http_request_duration_seconds'),
    };
  },
  'fastify-metrics': () => {
    const plugin = require('fastify-metrics');
    let app: { readonly metrics: { readonly client: { readonly register: { metrics(): Promise<string> } } } };
    return {
      fastify(made) {
        app = made as never;
        return made.register(plugin.default ?? plugin, { endpoint: '/metrics' });
      },
      counted: async () =>
        countsIn(await app.metrics.client.register.metrics(), 'http_request_duration_seconds'),
    };
  },
};

const measure = contenders[contender]!();
await measure.before?.();
const server = framework === 'express' ? expressServer() : await fastifyServer();
for (let i = 0; i < WARM_UP; i++) await ask(BATCH);
const times: number[] = [];
for (let i = 0; i < Number(values.batches); i++) {
  const before = process.cpuUsage();
  await ask(BATCH);
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / BATCH);
}
const counted = await measure.counted();
// The last one may end behind its answer.
if (counted < (WARM_UP + times.length) * BATCH - 1)
  throw new Error(`${contender} has counted ${counted} alone`);
// What else runs on the machine only ever adds to a batch: the tenth of them that took least is what the work takes.
times.sort((a, b) => a - b);
process.stdout.write(`${times[Math.floor(times.length / 10)]}\n`);
process.exit(0);

function expressServer(): Server {
  const express = require('express') as () => ExpressApp;
  const app = express();
  measure.express?.(app);
  app.get('/users/:id', (_request, response) => response.send('ok'));
  return (require('node:http') as typeof import('node:http')).createServer(app as never);
}

async function fastifyServer(): Promise<Server> {
  const fastify = require('fastify') as () => FastifyApp;
  const app = fastify();
  await measure.fastify?.(app);
  app.get('/users/:id', async () => 'ok');
  await app.ready();
  return app.server;
}

/** Asks one after the other over one connection; resolves when all are answered. */
function ask(count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const push = () => connection.push(`GET /users/${left % 100} HTTP/1.1\r\nHost: bench\r\n\r\n`);
    const connection = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        done();
        answered();
      },
      writev(_chunks, done) {
        done();
        answered();
      },
    });
    const answered = () => {
      if (--left > 0) setImmediate(push);
      else {
        connection.destroy();
        setImmediate(resolve);
      }
    };
    server.emit('connection', connection);
    push();
  });
}
