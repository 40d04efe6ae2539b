import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, promtool, serverPath, startServerProcess } from '@sightglass/test-tools';
import { sloRules, wordsOf, type YamlRule } from '../scenario/rules.ts';
import { sloOfRule, type Told } from './history.ts';

/** A Prometheus that has a history from its start. */
export interface Backfilled {
  readonly url: string;
  stop(): Promise<void>;
}

export interface BackfillOptions {
  readonly series: { readonly [series: string]: Told };
  /** Unix seconds; the series are told of the time since then. */
  readonly start: number;
  readonly end: number;
  /** How far apart samples are, in seconds. */
  readonly step: number;
  /** Recorded series, by the name after `slo:`, that are wanted with all that is behind them. */
  readonly records: readonly string[];
}

/** One name for the rules of every level: Prometheus spreads groups over their interval by the names of group and file. */
const RULES = 'rules.yml';

/**
 * Starts a Prometheus whose storage holds a history, written by promtool from OpenMetrics, and the recorded series of it, evaluated by Prometheus
 * itself. A rule that takes up what it recorded before can not be backfilled, so what it records is told. Rules that read other rules after these, since a backfilled rule sees what the server has loaded.
 */
export async function startBackfilled({
  series,
  start,
  end,
  step,
  records,
}: BackfillOptions): Promise<Backfilled> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-backfill-'));
  const data = join(folder, 'data');
  await mkdir(data);
  await writeHistory(join(folder, 'history.om'), series, start, end, step);
  await blocksFrom(['openmetrics', 'history.om', data], folder);
  const told = new Set(Object.keys(series).map((name) => name.split('{', 1)[0]!));
  for (const rules of levelsOf(records, told)) {
    const group = { name: 'backfilled', interval: `${step}s`, rules };
    await writeFile(join(folder, RULES), JSON.stringify({ groups: [group] }));
    const server = await startServer(data);
    try {
      const range = [`--start=${start}`, `--end=${end}`, `--url=${server.url}`, `--output-dir=${data}`];
      await blocksFrom(['rules', ...range, RULES], folder);
    } finally {
      await server.stop();
    }
  }
  const { url, stop } = await startServer(data);
  return {
    url,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Rules by how many others stand between them and the series that are told, of which none is recorded again. Rules of different SLOs do not read
 * each other, whatever the names say; hourly copies are left out, since the series themselves are there.
 */
function levelsOf(records: readonly string[], told: ReadonlySet<string>): YamlRule[][] {
  const recorded = sloRules.filter(({ record = '' }) => !told.has(record) && !record.endsWith('_hourly'));
  const depths = new Map<YamlRule, number>();
  const depthOf = (rule: YamlRule): number => {
    const known = depths.get(rule);
    if (known !== undefined) return known;
    const words = wordsOf(rule.expr);
    const read = recorded.filter(
      (each) => each !== rule && words.has(each.record ?? '') && sharesSlo(rule, each),
    );
    const depth = Math.max(-1, ...read.map(depthOf)) + 1;
    depths.set(rule, depth);
    return depth;
  };
  for (const rule of recorded) if (records.includes(rule.record?.slice('slo:'.length) ?? '')) depthOf(rule);
  const levels: YamlRule[][] = [];
  for (const [rule, depth] of depths) {
    levels[depth] ??= [];
    levels[depth].push(rule);
  }
  return levels;
}

function sharesSlo(a: YamlRule, b: YamlRule): boolean {
  const [ours, theirs] = [sloOfRule(a), sloOfRule(b)];
  return ours === undefined || theirs === undefined || ours.some((slo) => theirs.includes(slo));
}

async function writeHistory(
  file: string,
  series: BackfillOptions['series'],
  start: number,
  end: number,
  step: number,
): Promise<void> {
  const out = createWriteStream(file);
  for (const [name, told] of Object.entries(series)) {
    let text = '';
    for (let time = start; time <= end; time += step) {
      const value = told(time - start);
      if (value !== undefined) text += `${name} ${value} ${time}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'finish');
}

/** Blocks as large as the history: promtool's own are two hours long, and hundreds of them slow every query. */
async function blocksFrom(args: readonly string[], cwd: string): Promise<void> {
  const large = '--max-block-duration=2000h';
  const { code, stdout, stderr } = await promtool(['tsdb', 'create-blocks-from', large, ...args], { cwd });
  if (code !== 0) throw new Error(`promtool ${args[0]}: ${stdout}${stderr}`);
}

async function startServer(data: string): Promise<Backfilled> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, '{}');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { stop } = await startServerProcess({
    name: 'Prometheus',
    command: serverPath('prometheus')!,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder,
    isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return { url, stop };
}
