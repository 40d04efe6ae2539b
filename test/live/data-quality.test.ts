import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEndpoint } from '@sightglass/core/endpoint';
import {
  declareDataset,
  keepQualityChecks,
  qualityChecksTable,
  recordQualityCheck,
} from '@sightglass/pipeline';
import { renderRules } from '@sightglass/rules';
import { datasets } from '@sightglass/rules/mixins';
import { type Prometheus, startPostgres, startPrometheus, waitUntil } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';
import { startTogether, writeFiles } from './servers.ts';

/* Data in a real Postgres, checked by the real helpers, and what a real Prometheus, the command and the dashboard's statement say of it. */

interface Servers {
  readonly prometheus: Prometheus;
  readonly pool: pg.Pool;
  readonly endPostgres: () => Promise<void>;
  stop(): Promise<void>;
}

let servers: Servers;

const NEWEST = 'SELECT max(measured_at) AS newest FROM measurements';

beforeAll(async () => {
  servers = await startTogether(async ({ folder, keep }) => {
    const rules = renderRules({ scale: 60, mixins: [datasets] });
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
    const pool = new pg.Pool({ connectionString: postgres.url, connectionTimeoutMillis: 1_000 });
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
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        scrape: [{ job: 'air-quality', targets: [new URL(endpoint.url!).host] }],
        scrapeIntervalSeconds: 0.25,
        evaluationIntervalSeconds: 0.5,
      }),
    );
    return { prometheus, pool, endPostgres };
  });
});
afterAll(() => servers?.stop());

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
  const [score] = await servers.prometheus.query('up');
  expect(score?.value).toBe(1);
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
