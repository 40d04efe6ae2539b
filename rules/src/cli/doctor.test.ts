import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gauge } from '@sightglass/core';
import { type Endpoint, startEndpoint } from '@sightglass/core/endpoint';
import { observeProcess } from '@sightglass/core/service';
import { declareJob } from '@sightglass/scheduler';
import { afterAll, beforeAll, expect, describe as group, test } from 'vitest';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that it can say, or what it says by itself. */
async function doctor(url: string, dashboards?: string, all: readonly string[] = ['--all']) {
  const out: string[] = [];
  const err: string[] = [];
  const args = ['doctor', url, ...all, ...(dashboards === undefined ? [] : ['--dashboards', dashboards])];
  const status = await run(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    folder,
  });
  return { status, out: out.join(''), err: err.join('') };
}

/** The verdict on each alert or panel, by its name. */
const verdictsIn = (out: string): Record<string, string> =>
  Object.fromEntries(
    [...out.matchAll(/^ {2}(works|waits|blind|unused) +(.+)$/gm)].map(([, state, name]) => [name!, state!]),
  );

let endpoint: Endpoint;
let stop: () => void;
beforeAll(async () => {
  stop = observeProcess();
  declareJob({ name: 'cleanup', intervalSeconds: 60 });
  gauge('own_things', { help: 'Own.' }).set(1);
  endpoint = await startEndpoint({ port: 0 });
});
afterAll(async () => {
  stop();
  await endpoint.close();
});

group('A28: of a service that has declared a job, and nothing else', () => {
  test('what is about jobs works, or waits for what a run brings; what is about other things is not for it', async () => {
    const { status, out } = await doctor(endpoint.url!);
    const verdicts = verdictsIn(out);
    const ofJobs = Object.entries(verdicts).filter(([name]) => /^(Slo)?Job/.test(name));
    expect(ofJobs.length).toBeGreaterThan(15);
    expect(ofJobs.filter(([, state]) => state === 'unused' || state === 'blind')).toEqual([]);
    expect(verdicts).toMatchObject({
      // Its last success is what it compares, and there was none yet; that there should be one is known from the declaration.
      JobStale: 'waits',
      JobNeverSucceeded: 'works',
      JobFailing: 'works',
      JobGone: 'works',
      SloJobAvailabilityBurnsFast: 'works',
      // Of all SLOs: one is enough to have a budget.
      SloErrorBudgetSpent: 'works',
    });
    // The list of what fires is Prometheus's own, on every dashboard: it works with nothing in it.
    const others = Object.entries(verdicts).filter(
      ([name]) => /^(Iceberg|Sync|SloSource|SloAdmin)/.test(name) && !name.endsWith(': Firing alerts'),
    );
    expect(others.filter(([, state]) => state !== 'unused')).toEqual([]);
    expect(status).toBe(0);
  });

  test('what is not for it is one line, unless it is asked for; what needs a hand comes first', async () => {
    const dashboards = folderWith({
      'one.json': {
        title: 'One',
        panels: [FINE, panelOf([query('nosuch_total')]), panelOf([query('offload_rows_total')])],
      },
    });
    const { out } = await doctor(endpoint.url!, dashboards, []);
    const { out: whole } = await doctor(endpoint.url!, dashboards);
    expect(out.split('\n').length).toBeLessThan(whole.split('\n').length / 3);
    const [, alerts, panels] = /^([\s\S]*)\n(Panels[\s\S]*)$/.exec(out)!;
    expect(alerts).toMatch(
      /^ {2}unused {2}\d+ for declareDataset\(\), .*\b12 for declareOffload\(\).*; --all names them$/m,
    );
    expect(alerts!.match(/^ {2}unused/gm)).toHaveLength(1);
    expect(panels).toBe(
      [
        'Panels: 1 can work, 0 wait for something, 1 can not work, 1 are not for this service',
        '  blind   One: Subject',
        '           nosuch_total is missing: nothing that is known here exports or records it',
        '  works   One: Fine',
        '  unused  1 for declareOffload(); --all names them',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['a metric that nobody has', [query('sum(rate(nosuch_total[5m]))')], 'blind'],
    ['the same or nothing', [query('sum(nosuch_total) or vector(0)')], 'blind'],
    ['the same or zeros', [query('nosuch_total or 0 * job_interval_seconds')], 'blind'],
    ['one query that works beside it', [query('job_interval_seconds'), query('nosuch_total')], 'blind'],
    ['a rule that nobody has', [query('nosuch:rate5m')], 'blind'],
    ['an alternative', [query('nosuch_total or job_interval_seconds')], 'works'],
    ['what only holds back', [query('job_interval_seconds unless on (job_name) nosuch_total')], 'works'],
    ['both', [query('job_interval_seconds * on (job_name) nosuch_total')], 'blind'],
    ['what a run brings', [query('job_last_run_timestamp_seconds')], 'waits'],
    ['a recording', [query('job_name:job_interval_seconds:last_known')], 'works'],
    ['another domain', [query('offload_rows_total')], 'unused'],
    ['a metric of Prometheus', [query('up == 0'), query('scrape_duration_seconds')], 'works'],
    ['a metric of its own', [query('sum(own_things)')], 'works'],
    ['a query that a variable may complete', [query('job_interval_seconds{$filter}')], 'works'],
    ['variables', [query('rate(job_runs_total{job_name=~"$job"}[$__rate_interval])')], 'works'],
    ['a query that is none', [query('sum by (')], 'blind'],
    ['another kind of query', [{ rawSql: 'select 1' }, null, 1], undefined],
    ['another source', [{ expr: 'nosuch', datasource: { type: 'loki', uid: 'x' } }], undefined],
  ])('a panel on %s', async (_, targets, verdict) => {
    const dashboards = folderWith({ 'one.json': { title: 'One', panels: [panelOf(targets), FINE] } });
    const { out } = await doctor(endpoint.url!, dashboards);
    expect(verdictsIn(out)['One: Subject']).toBe(verdict);
  });
});

const query = (expr: string) => ({ expr });
const panelOf = (targets: unknown) => ({ title: 'Subject', targets });
const FINE = { title: 'Fine', targets: [{ expr: 'job_interval_seconds' }] };

let count = 0;
function folderWith(files: { readonly [name: string]: unknown }): string {
  const made = join(folder, `dashboards-${count++}`);
  mkdirSync(made);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(made, name), typeof content === 'string' ? content : JSON.stringify(content));
  return made;
}

group('A28: a folder of dashboards', () => {
  test.each<[string, () => string, RegExp]>([
    [
      'that is not there',
      () => join(folder, 'nowhere'),
      /^the dashboards in .*nowhere can not be read: ENOENT/,
    ],
    ['that is empty', () => folderWith({}), /has no Grafana JSON with a panel that asks a Prometheus\n$/],
    ['without JSON', () => folderWith({ 'README.md': '# Dashboards' }), /has no Grafana JSON/],
    ['with JSON that is broken', () => folderWith({ 'a.json': '{', 'b.json': FINE }), /a\.json is no JSON: /],
    [
      'with JSON of other things',
      () => folderWith({ 'a.json': null, 'b.json': [1], 'c.json': { panels: 1 } }),
      /has no Grafana JSON/,
    ],
  ])('%s is told of', async (_, make, message) => {
    const { status, out, err } = await doctor(endpoint.url!, make());
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(message);
  });

  test('is read in every form that Grafana has had', async () => {
    const { out } = await doctor(
      endpoint.url!,
      folderWith({
        'api.json': { meta: {}, dashboard: { title: 'Api', panels: [FINE] } },
        'rows.json': { rows: [{ panels: [FINE] }] },
        'nested.json': { title: 'Nested', panels: [{ type: 'row', panels: [FINE, null] }, { type: 'text' }] },
      }),
    );
    expect(verdictsIn(out)).toMatchObject({
      'Api: Fine': 'works',
      'rows.json: Fine': 'works',
      'Nested: Fine': 'works',
    });
  });
});

test('A28: a page of another kind is told of', async () => {
  let page = '';
  const server = createServer((_, response) => response.end(page)).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  for (const [text, message] of [
    ['', 'the page has no series'],
    ['<!DOCTYPE html><html></html>', 'this is no line of metrics: <!DOCTYPE html><html></html>'],
    ['Not found', 'this is no line of metrics: Not found'],
  ] as const) {
    page = text;
    expect(await doctor(url)).toEqual({ status: 1, out: '', err: expect.stringContaining(message) });
  }
  await new Promise((resolve) => server.close(resolve));
});
