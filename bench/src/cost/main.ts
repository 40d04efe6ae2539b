import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  freePort,
  promtool,
  type ServerProcess,
  serverPath,
  startServerProcess,
} from '@sightglass/test-tools';
import { renderRules } from '../../../rules/src/index.ts';
import { type RecordedSeries, writeHistory } from './history.ts';

/*
 * What the shipped rules cost a real Prometheus 3: replicas are scraped every 15 s, the recorded past is backfilled, and after some evaluations
 * each group's last duration is set against its interval. See docs/cost.md.
 */

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100' },
    replicas: { type: 'string', default: '3' },
    tables: { type: 'string', default: '50' },
    routes: { type: 'string', default: '100' },
    days: { type: 'string', default: '35' },
    minutes: { type: 'string', default: '4' },
  },
});
const number = (name: keyof typeof options): number => Number(options[name]);

/** The share of its interval that a group may take. */
const LIMIT = 0.1;

/** Until every rule that reads another one has been evaluated once. */
const WARM_UP_MS = 200_000;

const folder = await mkdtemp(join(tmpdir(), 'sightglass-cost-'));
const targets: { readonly child: ChildProcess; readonly address: string }[] = [];
let server: (ServerProcess & { readonly url: string }) | undefined;

try {
  for (let i = 0; i < number('replicas'); i++) targets.push(await startTarget());
  const config = await writeConfig();
  server = await startPrometheus(config, 'warm-up');
  await sleep(WARM_UP_MS);
  const series = await seriesOf(server.url, '{__name__=~".+:.+"}');
  const scraped = await seriesOf(server.url, 'sum(scrape_samples_scraped)');
  await server.stop();
  await mkdir(join(folder, 'data'));
  const file = join(folder, 'history.om');
  const now = Math.floor(Date.now() / 1_000);
  const samples = await writeHistory(file, series, now, number('days'));
  const args = [
    'tsdb',
    'create-blocks-from',
    '--max-block-duration=2000h',
    'openmetrics',
    file,
    join(folder, 'data'),
  ];
  const { code, stdout, stderr } = await promtool(args, { cwd: folder, version: 3 });
  if (code !== 0) throw new Error(`promtool: ${stdout}${stderr}`);
  await rm(file);
  server = await startPrometheus(config, 'data');
  await sleep(number('minutes') * 60_000);
  console.log(
    `${options.jobs} jobs x ${options.replicas} replicas, ${options.tables} tables, ${options.routes} routes: ${scraped[0]?.value} series scraped every 15 s, ` +
      `${series.length} recorded, ${samples} samples of ${options.days} days; ${cpus().length} processors (${cpus()[0]?.model})\n`,
  );
  console.log(await table(server.url));
} finally {
  await server?.stop();
  for (const { child } of targets) child.kill();
  await rm(folder, { recursive: true, force: true });
}

async function startTarget() {
  const port = await freePort();
  const script = new URL('target.ts', import.meta.url).pathname;
  const size = ['jobs', 'tables', 'routes'].map((name) => options[name as keyof typeof options]!);
  const child = spawn(process.execPath, ['--conditions=@sightglass/source', script, String(port), ...size], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, address: `127.0.0.1:${port}` };
}

async function writeConfig(): Promise<string> {
  const rules = join(folder, 'rules');
  await mkdir(rules);
  for (const { file, yaml } of renderRules({})) {
    if (file.endsWith('.yml') && !file.includes('openslo'))
      await writeFile(join(rules, file.split('/').at(-1)!), yaml);
  }
  const config = join(folder, 'prometheus.yml');
  const addresses = JSON.stringify(targets.map(({ address }) => address));
  await writeFile(
    config,
    `global: { scrape_interval: 15s, scrape_timeout: 15s, evaluation_interval: 30s }
rule_files: ['rules/*.yml']
scrape_configs:
  - job_name: service
    static_configs: [{ targets: ${addresses} }]
`,
  );
  return config;
}

async function startPrometheus(config: string, data: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = serverPath('prometheus3');
  if (command === undefined) throw new Error('Prometheus 3 is missing: `npm run setup` fetches it');
  const process = await startServerProcess({
    name: 'Prometheus',
    command,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, data)}`,
      '--storage.tsdb.retention.time=100d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder: await mkdtemp(join(tmpdir(), 'sightglass-prometheus-')),
    isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return { ...process, url };
}

async function seriesOf(url: string, query: string): Promise<readonly RecordedSeries[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

/** Each group's longest rules beside its interval, from the server's own metrics. */
async function table(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (metric: string): Map<string, number> =>
    new Map(
      [...text.matchAll(new RegExp(`^${metric}\\{rule_group="[^"]*;([^"]+)"\\} (\\S+)$`, 'gm'))].map(
        ([, group, value]) => [group!, Number(value)],
      ),
    );
  const [took, interval] = [
    read('prometheus_rule_group_last_duration_seconds'),
    read('prometheus_rule_group_interval_seconds'),
  ];
  const failures = read('prometheus_rule_evaluation_failures_total');
  const rows = [...took].map(([group, seconds]) => {
    const share = seconds / interval.get(group)!;
    const failed = (failures.get(group) ?? 0) > 0 ? ', evaluations failed' : '';
    return `| ${group} | ${seconds.toFixed(3)} | ${interval.get(group)} | ${(100 * share).toFixed(2)} % | ${share <= LIMIT ? 'met' : 'missed'}${failed} |`;
  });
  return [
    '| group | seconds | interval | share | ≤ 10 % |',
    '| --- | --- | --- | --- | --- |',
    ...rows.sort(),
  ].join('\n');
}
