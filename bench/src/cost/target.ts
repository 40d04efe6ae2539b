import { createServer } from 'node:http';
import { processStore } from '@sightglass/core/authors';
import { createExposition } from '@sightglass/core/endpoint';
import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { declareOffload } from '@sightglass/pipeline';
import { declareJob, instrumentJob } from '@sightglass/scheduler';

/*
 * One replica of a service, as Prometheus sees it: every job, table and route is there from the first scrape on, and a few of them are at work
 * each second. Arguments: port, jobs, tables, routes.
 */

const [port, jobs, tables, routes] = process.argv.slice(2).map(Number) as [number, number, number, number];
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

for (const run of runs) void run({ trigger: 'scheduled' });
for (const path of paths) answer(path);
let turn = 0;
setInterval(() => {
  for (let i = 0; i < 5; i++, turn++) {
    if (runs.length > 0) void runs[turn % runs.length]!({ trigger: 'scheduled' });
    if (paths.length > 0) answer(paths[turn % paths.length]!);
  }
}, 1_000);

const exposition = createExposition();
createServer(async (_, response) => {
  const { chunks } = await exposition.render();
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  for (const chunk of chunks) response.write(chunk);
  response.end();
}).listen(port, '127.0.0.1');
