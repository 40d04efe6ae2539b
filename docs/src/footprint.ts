import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { counter } from '@sightglass/core';
import { createExposition } from '@sightglass/core/endpoint';
import {
  observeHttpServer,
  observeProcess,
  recordDatabaseOperation,
  setHttpRoute,
} from '@sightglass/core/service';
import { declareOffload } from '@sightglass/pipeline';
import { declareJob, declareSync, instrumentJob } from '@sightglass/scheduler';

/*
 * What a thing costs in its process, counted in one that has the real library: the series and the bytes that it adds to a scrape, and the memory that it
 * takes. Prints the table of `docs/cost.md`; `footprint.test.ts` holds the page against it. Run with `--expose-gc`.
 */

/** So many of each that noise is small, and so few that no metric reaches the most series that it keeps (2,000). */
const MANY = 100;

interface Size {
  readonly series: number;
  readonly bytes: number;
  readonly gzip: number;
  readonly memory: number;
}

const exposition = createExposition();
const collectGarbage = (globalThis as { gc?: () => void }).gc;
if (collectGarbage === undefined) throw new Error('Run with --expose-gc.');

async function size(): Promise<Size> {
  const text = await exposition.text();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  // What the first scrape builds belongs to the thing: lines are kept for the next one.
  for (let i = 0; i < 4; i++) {
    collectGarbage!();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    series,
    bytes: Buffer.byteLength(text),
    gzip: gzipSync(text).length,
    memory: heapUsed + arrayBuffers,
  };
}

/** What each of many adds. Families, with their help, are there from the first of them on, which is not counted. */
async function ofEach(add: (name: string) => unknown): Promise<Size> {
  await add('first');
  const before = await size();
  for (let i = 0; i < MANY; i++) await add(`number-${i}`);
  return difference(await size(), before, MANY);
}

const difference = (after: Size, before: Size, by = 1): Size => ({
  series: (after.series - before.series) / by,
  bytes: (after.bytes - before.bytes) / by,
  gzip: (after.gzip - before.gzip) / by,
  memory: (after.memory - before.memory) / by,
});

const rows: { readonly what: string; readonly size: Size }[] = [];
const row = (what: string, size: Size) => rows.push({ what, size });

const first = await size();
const stopProcess = observeProcess();
row('the process: CPU, memory, event loop', difference(await size(), first));
stopProcess();

const outcomes = counter('cost_sent_total', { help: 'Sent.', labels: ['kind'] });
row('a counter, for each set of label values', await ofEach((kind) => outcomes.add(1, { kind })));

row(
  'a job that has run',
  await ofEach((name) => {
    const job = declareJob({ name, intervalSeconds: 3_600, durationObjectiveSeconds: 60 });
    return instrumentJob(job, () => {}, 'elsewhere')({ trigger: 'scheduled' });
  }),
);

const sync = declareSync({ name: 'prices', intervalSeconds: 3_600, sources: ['first'] });
row('a source of a sync', await ofEach((source) => sync.addSource(source)));

row(
  'a table of an offload',
  await (async () => {
    const tables: string[] = [];
    return ofEach((table) => {
      tables.push(table);
      declareOffload({ layer: 'bronze', tables, intervalSeconds: 3_600 });
    });
  })(),
);

const stopHttp = observeHttpServer();
const server = createServer((request, response) => {
  setHttpRoute(request, request.url!);
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
row(
  'an HTTP route with one method and one status',
  await ofEach(async (route) => (await fetch(`http://127.0.0.1:${port}/${route}`)).text()),
);
stopHttp();
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));

row(
  'a table of a database, for each command',
  await ofEach((collection) =>
    recordDatabaseOperation({ system: 'postgresql', operation: 'SELECT', collection, durationSeconds: 0.01 }),
  ),
);

console.log('| what | series | bytes of a scrape | with gzip | memory |');
console.log('| --- | --- | --- | --- | --- |');
for (const { what, size } of rows)
  console.log(
    `| ${what} | ${Math.round(size.series)} | ${Math.round(size.bytes)} | ${Math.round(size.gzip)} | ${(size.memory / 1_024).toFixed(1)} KiB |`,
  );
