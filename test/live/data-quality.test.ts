import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEndpoint } from '@sightglass/core/endpoint';
import {
  declareDataset,
  declareStatistic,
  keepQualityChecks,
  qualityChecksTable,
  recordQualityCheck,
} from '@sightglass/pipeline';
import { renderRules } from '@sightglass/rules';
import { anomalies, datasets, hosts } from '@sightglass/rules/mixins';
import { type Prometheus, startPostgres, startPrometheus, waitUntil } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';
import { type Machine, startMachine } from './machine.ts';
import { startTogether, writeFiles } from './servers.ts';

/*
 * Data in a real Postgres, checked by the real helpers, and what a real Prometheus, the command and the dashboard's statement say of it. Beside it, as it takes a
 * while, a machine with containers that is ill, and other targets: what the same Prometheus says of these.
 */

interface Servers {
  readonly prometheus: Prometheus;
  readonly pool: pg.Pool;
  readonly endPostgres: () => Promise<void>;
  readonly machine: Machine;
  /** Targets that are down, or all of them are. */
  readonly exporters: { down(): void; allDown(): void; up(): void };
  stop(): Promise<void>;
}

let servers: Servers;

const NEWEST = 'SELECT max(measured_at) AS newest FROM measurements';

beforeAll(async () => {
  servers = await startTogether(async ({ folder, keep }) => {
    const rules = renderRules({
      scale: 60,
      mixins: [datasets, hosts, anomalies],
      // Any machine has as much in use.
      thresholds: {
        host_cpu_high_ratio: 0.0001,
        host_memory_high_ratio: 0.0001,
        host_memory_exhausted_ratio: 0.0002,
      },
    });
    const ruleFiles = await writeFiles(
      join(folder, 'rules'),
      rules.map(({ file, yaml }) => ({ file, text: yaml })),
    );
    const postgres = await startPostgres();
    let isEnded = false;
    const endPostgres = async () => {
      if (isEnded) return;
      isEnded = true;
      await postgres.stop();
    };
    keep({ stop: endPostgres });
    const pool = new pg.Pool({ connectionString: postgres.url, connectionTimeoutMillis: 60_000 });
    pool.on('error', () => {});
    keep({ stop: () => pool.end() });
    await pool.query('CREATE TABLE measurements (measured_at timestamptz NOT NULL, pm25 real)');
    await pool.query(qualityChecksTable());
    keep({ stop: async () => keepQualityChecks({ pool })() });
    keepQualityChecks({ pool });
    declareDataset({
      name: 'measurements',
      layer: 'gold',
      freshnessObjectiveSeconds: 7_200,
      newest: async () => (await pool.query(NEWEST)).rows[0].newest,
      suites: ['gold_suite'],
    });
    const endpoint = await startEndpoint({ port: 0, host: '127.0.0.1' });
    keep({ stop: () => endpoint.close() });
    const files = join(folder, 'machine');
    await mkdir(files);
    const machine = keep(await startMachine(files));
    const exporters = [await answering(), await answering()];
    for (const { server } of exporters) keep({ stop: async () => void server.close() });
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        scrape: [
          { job: 'air-quality', targets: [new URL(endpoint.url!).host] },
          { job: 'node', targets: [machine.target] },
          { job: 'exporters', targets: exporters.map(({ target }) => target) },
        ],
        scrapeIntervalSeconds: 0.25,
        evaluationIntervalSeconds: 0.5,
      }),
    );
    return {
      prometheus,
      pool,
      endPostgres,
      machine,
      exporters: {
        down: () => exporters[0]!.is(false),
        allDown: () => exporters[1]!.is(false),
        up: () => {
          for (const { is } of exporters) is(true);
        },
      },
    };
  });
});
beforeAll(async () => {
  const isSeen = async () =>
    (await servers.prometheus.query('job_instance_pod_container:container_oom_events:total')).length > 0;
  await waitUntil(isSeen, { what: 'the machine to be seen well', pollMs: 250 });
  servers.machine.fail();
});
afterAll(() => servers?.stop());

/** Something that answers a scrape, or refuses it. */
async function answering() {
  let isUp = true;
  const server = createServer((_, response) => {
    response.statusCode = isUp ? 200 : 503;
    response.end('exporter_number 1\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    target: `127.0.0.1:${port}`,
    is(up: boolean) {
      isUp = up;
    },
  };
}

async function monitor(...args: readonly string[]) {
  const out: string[] = [];
  const status = await run(['monitor-data-quality', '--prometheus', servers.prometheus.url, ...args], {
    out: (text) => void out.push(text),
    err: (text) => void out.push(text),
    folder: '/',
  });
  return { status, text: out.join('') };
}

/** Waits until the command says that of the data set, which it says with this status. */
async function says(state: string, status: number): Promise<void> {
  let last = { status: -1, text: '' };
  await waitUntil(
    async () => {
      last = await monitor();
      return new RegExp(`^${state} +measurements +gold`, 'm').test(last.text);
    },
    { what: `the data set to be ${state}` },
  );
  expect(last.status).toBe(status);
}

const check = (failed: number) =>
  recordQualityCheck({
    dataset: 'measurements',
    layer: 'gold',
    suite: 'gold_suite',
    evaluated: 20,
    // What is observed is broken text, which Postgres does not take as it is.
    failures: Array.from({ length: failed }, (_, i) => ({
      expectation: `expectation ${i}`,
      column: 'pm25',
      observed: 'a\u0000b\ud800',
    })),
  });

test('the command says what is wrong with data in a real database, and what is not, by its status (000-B5, TR-95)', async () => {
  await says('empty', 1);
  await servers.pool.query("INSERT INTO measurements VALUES (now() - interval '3 hours', 3)");
  await says('stale', 1);
  await servers.pool.query("INSERT INTO measurements VALUES (now() - interval '90 minutes', 3)");
  await says('late', 1);
  expect((await monitor('--severity', 'critical')).status).toBe(0);
  await servers.pool.query('INSERT INTO measurements VALUES (now(), 3)');
  await says('ok', 0);
  check(5);
  await says('wrong', 1);
  check(0);
  await says('ok', 0);
  const [found] = JSON.parse((await monitor('--format', 'json')).text) as {
    readonly labels: object;
    readonly ageSeconds: number;
    readonly scoreRatio: number;
  }[];
  expect(found).toMatchObject({ labels: { dataset: 'measurements', layer: 'gold' }, scoreRatio: 1 });
  expect(found!.ageSeconds).toBeLessThan(3_600);
});

test('the statement of the dashboard finds what failed in the table that the helper writes (001-P6, TR-75)', async () => {
  const dashboard = JSON.parse(
    readFileSync(new URL('../../dashboards/grafana/sightglass-datasets.json', import.meta.url), 'utf8'),
  );
  const panel = dashboard.panels.find(({ title }: { title: string }) =>
    title.startsWith('Failed Expectations'),
  );
  const [target] = panel.targets;
  expect(panel.datasource).toEqual({ type: 'grafana-postgresql-datasource', uid: `\${database}` });
  expect(target).toMatchObject({ datasource: panel.datasource, format: 'table', rawQuery: true });
  const rows = async (layer: string) =>
    (await servers.pool.query(target.rawSql.replaceAll(`\${layer:regex}`, layer))).rows;
  await waitUntil(async () => (await rows('.+')).length > 0, { what: 'a row of the table' });
  expect(await rows('.+')).toEqual([
    {
      layer: 'gold',
      suite_name: 'gold_suite',
      failed_expectations: 5,
      execution_timestamp: expect.any(Date),
    },
  ]);
  expect(await rows('silver')).toEqual([]);
  const { rows: kept } = await servers.pool.query(
    'SELECT status, success_rate, details FROM data_quality_metrics ORDER BY execution_timestamp',
  );
  expect(kept[0]).toMatchObject({ status: 'failed', success_rate: 75 });
  expect(kept[0].details).toHaveLength(5);
  expect(kept.at(-1)).toMatchObject({ status: 'passed', success_rate: 100 });
});

test('a database that is gone stops neither the scrape nor the host: what was known counts, and it is said that it can not be read', async () => {
  await servers.endPostgres();
  await says('unreadable', 1);
  check(1);
  // A scrape may take a quarter of a second here, which a busy machine misses now and then; one of a reader that hangs would miss each.
  const isUp = async () => (await servers.prometheus.query('up{job="air-quality"} == 1')).length > 0;
  await waitUntil(isUp, { what: 'a scrape while the database is gone', pollMs: 100 });
});

test('what can not be told has a status of its own', async () => {
  expect(await monitor('--dataset', 'strangers')).toMatchObject({
    status: 2,
    text: expect.stringContaining('knows no such data set'),
  });
  const out: string[] = [];
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void out.push(text),
    folder: '/',
  };
  expect(await run(['monitor-data-quality', '--prometheus', 'http://127.0.0.1:1'], io)).toBe(2);
  expect(out.join('')).toContain('It could not be told');
  for (const wrong of [
    [],
    ['--prometheus', 'x'],
    ['--prometheus', 'http://a', '--format', 'xml'],
    ['--prometheus', 'http://a', '--severity', 'info'],
  ])
    expect(await run(['monitor-data-quality', ...wrong], io)).toBe(2);
});

describe('what is wrong with machines, containers, targets and runs', () => {
  const isFiring = async (alert: string) =>
    (await servers.prometheus.query(`ALERTS{alertname="${alert}",alertstate="firing"}`)).length > 0;
  /** Now or before: what happened once is told of for a while, and others are waited for meanwhile. */
  const hasFired = async (alert: string) =>
    (await servers.prometheus.query(`last_over_time(ALERTS{alertname="${alert}",alertstate="firing"}[1h])`))
      .length > 0;
  const fires = (alert: string) =>
    waitUntil(() => hasFired(alert), { what: `${alert} to fire`, pollMs: 250 });
  const ends = (alert: string) =>
    waitUntil(async () => !(await isFiring(alert)), { what: `${alert} to end`, pollMs: 250 });

  const KINDS = { AnomalyVolume: 'volume', AnomalyValue: 'value', AnomalyDuration: 'duration' } as const;

  test('is told of, also what a machine has in use', async () => {
    servers.exporters.down();
    const runs = Object.values(KINDS).map((kind) => {
      const statistic = declareStatistic({ name: 'nightly', kind, leastRuns: 3 });
      for (const value of [100, 110, 90, 1_000]) statistic.record(value);
      return statistic;
    });
    await Promise.all(
      [
        'HostTargetDown',
        'HostCpuHigh',
        'HostMemoryHigh',
        'HostMemoryExhausted',
        'HostDiskSpaceLow',
        'HostDiskNearlyFull',
        'HostInodesLow',
        'HostOutOfMemory',
        'HostNetworkErrors',
        'HostContainerGone',
        'HostContainerRestarting',
        'HostContainerOutOfMemory',
        'HostContainerMemoryNearLimit',
        'HostContainerThrottled',
        ...Object.keys(KINDS),
      ].map(fires),
    );
    servers.exporters.allDown();
    servers.machine.recover();
    for (const statistic of runs) statistic.record(100);
    await fires('HostEveryTargetDown');
  });

  test('and so is its end', async () => {
    servers.exporters.up();
    await Promise.all(
      [
        'HostEveryTargetDown',
        'HostTargetDown',
        'HostDiskSpaceLow',
        'HostDiskNearlyFull',
        'HostInodesLow',
        'HostContainerGone',
        'HostContainerMemoryNearLimit',
        ...Object.keys(KINDS),
      ].map(ends),
    );
  });
});
