import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, runProgram, startPostgres, startRedis, waitUntil } from '@sightglass/test-tools';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Bundler, bundleFunction, installedKinds, NODE, nextStandalone } from './kinds.ts';
import { startOtlpSink } from './otlp-sink.ts';
import { fromOtlp, fromText, type Samples } from './samples.ts';
import { type ServiceProcess, startService } from './service-process.ts';

/* Services of the kinds that teams have, made of our tarballs and the frameworks as npm installs them, at real work with real servers. */

let folder: string;
beforeAll(async () => {
  folder = await installedKinds();
});

/** Starts a service that the test ends, and gives it with the address of its application. */
async function start(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess & { readonly app: string }> {
  const service = await startService(NODE, file, env);
  onTestFinished(service.stop);
  return service as ServiceProcess & { readonly app: string };
}

async function get(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/** The first scrape in which each of these series is more than zero. */
const scrapeWith = ({ url }: ServiceProcess, ...series: readonly string[]): Promise<Samples> =>
  waitUntil(
    async () => {
      const samples = fromText(await get(url));
      return series.every((one) => (samples[one] ?? 0) > 0) ? samples : undefined;
    },
    { what: series.join(', ') },
  );

/** The HTTP requests of a scrape, by method, route and status. */
const requestsOf = (samples: Samples) =>
  Object.fromEntries(
    Object.entries(samples).flatMap(([series, value]) => {
      const [, labels] = /^http_server_request_duration_seconds_count\{(.*)\}$/.exec(series) ?? [];
      const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels!)?.[1] ?? '-';
      return labels === undefined || value === 0
        ? []
        : [[['http_request_method', 'http_route', 'http_response_status_code'].map(label).join(' '), value]];
    }),
  );

/** Asks a service to end, and expects that it does so by itself, having nothing left to do. */
async function endsWell(service: ServiceProcess): Promise<void> {
  await service.stop();
  expect({ exit: service.exit(), log: service.log() }).toEqual({
    exit: 0,
    // Nothing that the library has to warn of.
    log: expect.not.stringMatching(/"level":"warn"/),
  });
}

const run = (job: string, trigger: string, status = 'success') =>
  `job_runs_total{job_name="${job}",status="${status}",trigger="${trigger}"}`;
const query = (operation: string, table: string, more = '') =>
  `db_client_operation_duration_seconds_count{db_collection_name="${table}",db_operation_name="${operation}",db_system_name="postgresql"${more}}`;

test('Fastify 5 with BullMQ, pg, node-cron and croner, as ES modules', async () => {
  const [postgres, redis, sink] = await Promise.all([startPostgres(), startRedis(), startOtlpSink()]);
  onTestFinished(async () => {
    await Promise.all([postgres.stop(), redis.stop(), sink.close()]);
  });
  const service = await start(join(folder, 'fastify/service.js'), {
    DATABASE_URL: postgres.url,
    REDIS_PORT: String(redis.port),
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.url}/v1/metrics`,
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
  });
  expect((await fetch(`${service.app}/orders/4711`, { method: 'POST' })).status).toBe(201);
  await waitUntil(
    async () => (await get(`${service.app}/orders/4711`)).includes('"settled":true') || undefined,
    {
      what: 'the order to be settled',
    },
  );
  expect((await fetch(`${service.app}/orders/4712`)).status).toBe(404);
  expect((await fetch(`${service.app}/nowhere/4713`)).status).toBe(404);

  const samples = await scrapeWith(
    service,
    run('settle-orders', 'scheduled'),
    run('settle-orders', 'event'),
    run('count-orders', 'scheduled'),
    run('purge-orders', 'scheduled', 'failed'),
  );
  expect(samples).toMatchObject({
    [run('settle-orders', 'event')]: 1,
    [run('settle-orders', 'scheduled', 'failed')]: 0,
    [run('count-orders', 'scheduled', 'failed')]: 0,
    [run('purge-orders', 'scheduled')]: 0,
    [query('INSERT', 'orders')]: 1,
    'db_client_connection_max{db_client_connection_pool_name="orders"}': 5,
    'job_interval_seconds{job_name="settle-orders"}': 1,
  });
  expect(samples['job_errors_total{error_type="no_such_table",job_name="purge-orders"}']).toBe(
    samples[run('purge-orders', 'scheduled', 'failed')],
  );
  expect(samples[query('UPDATE', 'orders')]).toBeGreaterThanOrEqual(2);
  expect(samples[query('DELETE', 'invoices', ',error_type="42P01"')]).toBeGreaterThanOrEqual(1);
  expect(requestsOf(samples)).toEqual({
    'POST /orders/:id 201': 1,
    'GET /orders/:id 200': expect.any(Number),
    'GET /orders/:id 404': 1,
    'GET - 404': 1,
  });
  expect(Object.keys(samples).join('\n')).not.toMatch(/471\d"/);

  await endsWell(service);
  const sent = sink.requests.map(fromOtlp).at(-1)!;
  expect(sent[run('settle-orders', 'event')]).toBe(1);
  expect(sent['job_lifecycle_state{job_name="count-orders",state="stopping"}']).toBe(1);
});

test.each<Bundler>(['esbuild', 'webpack', 'Rollup'])(
  'a function bundled to one CommonJS file by %s, invoked several times',
  async (bundler) => {
    const [alone, sink] = await Promise.all([
      mkdtemp(join(tmpdir(), 'sightglass-function-')),
      startOtlpSink(),
    ]);
    onTestFinished(async () => {
      await Promise.all([rm(alone, { recursive: true, force: true }), sink.close()]);
    });
    await bundleFunction(bundler, folder, join(alone, 'function.cjs'));
    await cp(join(folder, 'function/invoke.cjs'), join(alone, 'invoke.cjs'));
    const { code, stdout, stderr } = await runProgram(NODE, [join(alone, 'invoke.cjs')], {
      cwd: alone,
      env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.url}/v1/metrics` },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
      results: [{ problems: [] }, 'no images', { problems: [] }],
    });
    const sent = sink.requests
      .map(fromOtlp)
      .map((samples) => [
        samples[run('make-thumbnails', 'event')],
        samples[run('make-thumbnails', 'event', 'failed')],
        samples['thumbnails_made_total{size="small"}'],
      ]);
    // Each invocation has been sent when it returns, and the end of the process sends the last once more.
    expect(sent).toEqual([
      [1, undefined, 2],
      [1, 1, 2],
      [2, 1, 5],
      [2, 1, 5],
    ]);
  },
);

test('Nest 11 with @nestjs/schedule, as CommonJS, with the metrics in its own server', async () => {
  const service = await start(join(folder, 'nest/service.js'));
  expect(await get(`${service.app}/prices/refresh`)).toBe('1');
  expect(await get(`${service.app}/prices/apple`)).toBe('{"cents":120}');
  expect((await fetch(`${service.app}/prices/pear-4711`)).status).toBe(404);
  expect((await fetch(`${service.app}/nowhere/4713`)).status).toBe(404);
  const samples = await scrapeWith(service, run('refresh-prices', 'scheduled'));
  expect(samples).toMatchObject({
    [run('refresh-prices', 'manual')]: 1,
    [run('refresh-prices', 'scheduled', 'failed')]: 0,
  });
  expect(requestsOf(samples)).toMatchObject({
    'GET /prices/refresh 200': 1,
    'GET /prices/:name 200': 1,
    'GET /prices/:name 404': 1,
  });
  expect(Object.keys(samples).join('\n')).not.toMatch(/471\d"/);
  await endsWell(service);
});

test('Next standalone, from nothing but the folder that it has built', async () => {
  const alone = await mkdtemp(join(tmpdir(), 'sightglass-next-'));
  onTestFinished(() => rm(alone, { recursive: true, force: true }));
  await cp(await nextStandalone(folder), alone, { recursive: true, verbatimSymlinks: true });
  const port = String(await freePort());
  const app = `http://127.0.0.1:${port}`;
  const service = await start(join(alone, 'next/server.js'), {
    PORT: port,
    HOSTNAME: '127.0.0.1',
    NEXT_MANUAL_SIG_HANDLE: 'true',
  });
  expect(service).toMatchObject({ problems: [] });
  expect(await get(`${app}/orders/4711`)).toBe('{"id":"4711"}');
  expect(await get(`${app}/api/baskets/4712`)).toBe('{"id":"4712"}');
  expect((await fetch(`${app}/nowhere/4713`)).status).toBe(404);
  const samples = await scrapeWith(service, run('warm-cache', 'scheduled'));
  expect(samples).toMatchObject({
    'orders_seen_total{kind="book"}': 1,
    'orders_seen_total{kind="other"}': 0,
  });
  expect(requestsOf(samples)).toEqual({
    // Route handlers of the App Router never see Node's request, and name the route of the one that is at work.
    'GET /orders/[id] 200': 1,
    'GET /api/baskets/[id] 200': 1,
    'GET - 404': 1,
  });
  expect(Object.keys(samples).join('\n')).not.toMatch(/471\d"/);
  await endsWell(service);
});
