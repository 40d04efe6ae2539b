import { createServer } from 'node:http';
import { processStore } from '@sightglass/core/authors';
import { createExposition } from '@sightglass/core/endpoint';
import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { dagRun, declareDag, declareDataset, declareOffload } from '@sightglass/pipeline';
import { declareJob, instrumentJob } from '@sightglass/scheduler';
import { declareQueue } from '@sightglass/worker';

/*
 * One replica of a service, as Prometheus sees it: every job, table, route, DAG, data set and queue is there from the first scrape on, and a few
 * of them are at work each second. The port and how many there are of each are given as JSON.
 */

const { port, jobs, tables, routes, dags, datasets, queues } = JSON.parse(process.argv[2]!) as Readonly<
  Record<'port' | 'jobs' | 'tables' | 'routes' | 'dags' | 'datasets' | 'queues', number>
>;
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

const runs = names('job', jobs).map((name) => {
  const job = declareJob({ name, intervalSeconds: 600, durationObjectiveSeconds: 60 });
  return instrumentJob(job, () => {}, 'elsewhere');
});
if (tables > 0) declareOffload({ layer: 'bronze', tables: names('table', tables), intervalSeconds: 600 });
const requests = processStore().histogram(httpServerRequestDuration);
const paths = names('/admin/route', routes);
const answer = (http_route: string) =>
  requests.record(0.02, {
    http_route,
    http_request_method: 'GET',
    http_response_status_code: '200',
    url_scheme: 'http',
    error_type: '',
  });

const estates: readonly (readonly (() => void)[])[] = [
  runs.map((run) => () => void run({ trigger: 'scheduled' })),
  paths.map((path) => () => answer(path)),
  names('dag', dags).map((id) => {
    const dag = declareDag({
      id,
      intervalSeconds: 600,
      slaSeconds: 300,
      tasks: { extract: {}, load: { after: ['extract'] } },
    });
    return () => void dagRun(dag, { extract: () => {}, load: () => {} });
  }),
  names('dataset', datasets).map((name) => {
    const dataset = declareDataset({
      name,
      layer: 'gold',
      freshnessObjectiveSeconds: 7_200,
      suites: ['suite'],
      completenessObjectiveRatio: 0.99,
      volume: { min: 1 },
    });
    return () => {
      dataset.loaded({ rows: 10 });
      dataset.fresh(new Date());
      dataset.complete({ expected: 10, found: 10 });
      dataset.checked({ suite: 'suite', evaluated: 5 });
    };
  }),
  names('queue', queues).map((name) => {
    const queue = declareQueue({
      name,
      capacity: 1_000,
      maxWaitSeconds: 60,
      durationObjectiveSeconds: 5,
      depth: () => 3,
    });
    return () => {
      queue.enqueued();
      queue.recordEvent({ outcome: 'success', durationSeconds: 0.1, waitSeconds: 1 });
    };
  }),
];

for (const things of estates) for (const work of things) work();
let turn = 0;
setInterval(() => {
  for (let i = 0; i < 5; i++, turn++)
    for (const things of estates) if (things.length > 0) things[turn % things.length]!();
}, 1_000);

const exposition = createExposition();
createServer(async (_, response) => {
  const { chunks } = await exposition.render();
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  for (const chunk of chunks) response.write(chunk);
  response.end();
}).listen(port, '127.0.0.1');
