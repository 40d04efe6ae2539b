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
 * What the shipped rules cost a real Prometheus 3: replicas are scraped every 15 s, the recorded past is backfilled, and what each group's
 * evaluations take for some minutes is set against its interval. See docs/cost.md.
 */

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100' },
    replicas: { type: 'string', default: '3' },
    tables: { type: 'string', default: '50' },
    routes: { type: 'string', default: '100' },
    dags: { type: 'string', default: '20' },
    datasets: { type: 'string', default: '50' },
    queues: { type: 'string', default: '20' },
    days: { type: 'string', default: '35' },
    minutes: { type: 'string', default: '4' },
  },
});
/** What there is of each on every replica. */
const THINGS = ['jobs', 'tables', 'routes', 'dags', 'datasets', 'queues'] as const;
const number = (name: keyof typeof options): number => Number(options[name]);

/** The share of its interval that a group may take. */
const LIMIT = 0.1;

/** Until every rule that reads another one has been evaluated once. */
const WARM_UP_MS = 200_000;

/** How often the evaluations are looked at: no group is evaluated twice in that time. */
const LOOK_MS = 15_000;

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
  const table = await watch(server.url, number('minutes'));
  console.log(
    `${options.replicas} replicas of ${THINGS.map((name) => `${options[name]} ${name}`).join(', ')}: ${scraped[0]?.value} series scraped every 15 s, ` +
      `${series.length} recorded, ${samples} samples of ${options.days} days; ${cpus().length} processors (${cpus()[0]?.model})\n`,
  );
  console.log(table);
} finally {
  await server?.stop();
  for (const { child } of targets) child.kill();
  await rm(folder, { recursive: true, force: true });
}

async function startTarget() {
  const port = await freePort();
  const script = new URL('target.ts', import.meta.url).pathname;
  const size = Object.fromEntries(THINGS.map((name) => [name, number(name)]));
  const args = ['--conditions=@sightglass/source', script, JSON.stringify({ port, ...size })];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
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

/** What each group's evaluations took for some time, and what its longest rules take. */
async function watch(url: string, minutes: number): Promise<string> {
  const seen = new Map<string, { interval: number; byTime: Map<string, number>; rules: readonly Rule[] }>();
  const end = Date.now() + minutes * 60_000;
  while (Date.now() < end) {
    await sleep(LOOK_MS);
    for (const { name, interval, lastEvaluation, evaluationTime, rules } of await groupsOf(url)) {
      if (Date.parse(lastEvaluation) <= 0) continue;
      const group = seen.get(name) ?? { interval, byTime: new Map(), rules };
      group.byTime.set(lastEvaluation, evaluationTime);
      seen.set(name, { ...group, rules });
    }
  }
  const rows = [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { interval, byTime, rules }]) => {
      const times = [...byTime.values()].sort((a, b) => a - b);
      const median = times[Math.floor(times.length / 2)]!;
      const failed = rules.some(({ health }) => health === 'err') ? ', evaluations failed' : '';
      const met = median <= LIMIT * interval ? 'met' : 'missed';
      return `| ${name} | ${median.toFixed(3)} | ${times.at(-1)!.toFixed(3)} | ${interval} | ${((100 * median) / interval).toFixed(2)} % | ${met}${failed} |`;
    });
  const longest = [...seen]
    .flatMap(([group, { rules }]) =>
      rules.map(({ name, evaluationTime }) => ({ group, name, evaluationTime })),
    )
    .sort((a, b) => b.evaluationTime - a.evaluationTime)
    .slice(0, 10);
  return [
    '| group | seconds, median | longest | interval | share | ≤ 10 % |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'The rules that took longest the last time:',
    ...longest.map(({ group, name, evaluationTime }) => `${evaluationTime.toFixed(3)} s ${group} ${name}`),
  ].join('\n');
}

interface Rule {
  readonly name: string;
  readonly evaluationTime: number;
  readonly health: string;
}

interface Group {
  readonly name: string;
  readonly interval: number;
  readonly lastEvaluation: string;
  readonly evaluationTime: number;
  readonly rules: readonly Rule[];
}

async function groupsOf(url: string): Promise<readonly Group[]> {
  const response = await fetch(`${url}/api/v1/rules`);
  return ((await response.json()) as { data: { groups: readonly Group[] } }).data.groups;
}
