import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { fetchJson, fetchText } from './http.ts';
import { onFreePort } from './on-free-port.ts';
import { type Labels, type PrometheusApi, prometheusApi } from './prometheus-api.ts';
import { requiredServerPath } from './server-path.ts';
import { startLastingServer } from './server-process.ts';

export interface ScrapeJob {
  /** Several entries may name one job, each with labels for its targets. */
  readonly job: string;
  /** Hosts with ports, such as `127.0.0.1:9464`. */
  readonly targets: readonly string[];
  /** A file of further targets, in the form of `file_sd_configs`, that is read again when it changes. */
  readonly targetsFile?: string;
  readonly labels?: Labels;
  /** Default `/metrics`. */
  readonly metricsPath?: string;
  /** Default: the server's. */
  readonly scrapeIntervalSeconds?: number;
}

export interface PrometheusOptions {
  /** 2 is the oldest supported release, 3 the newest that could be had. Default 2. */
  readonly version?: 2 | 3;
  readonly ruleFiles?: readonly string[];
  readonly scrape: readonly ScrapeJob[];
  /** Also scrapes the server's own metrics, as job `prometheus`. Default false. */
  readonly scrapeItself?: boolean;
  /** Hosts with ports, or URLs. */
  readonly alertmanagers?: readonly string[];
  readonly scrapeIntervalSeconds: number;
  readonly evaluationIntervalSeconds: number;
  /** How old a sample may be that a query still finds. Default: Prometheus's own five minutes. */
  readonly lookbackSeconds?: number;
  /** Top-level sections that replace the generated ones. */
  readonly extraConfig?: Readonly<Record<string, unknown>>;
}

export interface Prometheus extends PrometheusApi {
  /** Without a slash at the end. */
  readonly url: string;
  /** Reads the rule files again. @throws Error with Prometheus's words when it refuses them */
  reload(): Promise<void>;
  /** Ends the server while something happens, and starts it again at its address and with its data. Gives what the work gives. */
  away<T>(during: () => Promise<T>): Promise<T>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a real Prometheus on a free loopback port, with data of its own. @throws Error with its log when it does not come up */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const command = requiredServerPath(options.version === 3 ? 'prometheus3' : 'prometheus');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-prometheus-'));
    const config = join(folder, 'prometheus.yml');
    const data = join(folder, 'data');
    const url = `http://127.0.0.1:${port}`;
    await writeFile(config, stringify(prometheusConfig(options, `127.0.0.1:${port}`)));
    const { away, stop } = await startLastingServer({
      name: 'Prometheus',
      command,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        `--rules.alert.resend-delay=${duration(options.evaluationIntervalSeconds)}`,
        ...(options.lookbackSeconds ? [`--query.lookback-delta=${duration(options.lookbackSeconds)}`] : []),
      ],
      folder,
      // Rules make much garbage and keep little.
      env: { ...process.env, GOGC: '400' },
      isReady: async () => {
        await fetchText(`${url}/-/ready`);
        return (await dataPath(url)) === data;
      },
    });
    const reload = async () => void (await fetchText(`${url}/-/reload`, { method: 'POST' }));
    return { ...prometheusApi(url), url, reload, away, stop };
  });
}

/** Tells our server from another that took the port first. */
async function dataPath(url: string): Promise<string | undefined> {
  const flags = await fetchJson<{ data: Record<string, string> }>(`${url}/api/v1/status/flags`);
  return flags.data['storage.tsdb.path'];
}

function prometheusConfig(options: PrometheusOptions, itself: string): Record<string, unknown> {
  const own = options.scrapeItself ? [{ job: 'prometheus', targets: [itself] }] : [];
  const entries = [...options.scrape, ...own];
  const jobs = [...new Set(entries.map(({ job }) => job))];
  const interval = duration(options.scrapeIntervalSeconds);
  return {
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: duration(options.evaluationIntervalSeconds),
    },
    rule_files: (options.ruleFiles ?? []).map((file) => resolve(file)),
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: (options.alertmanagers ?? []).map(hostOf) }] }],
    },
    scrape_configs: jobs.map((job) => scrapeConfig(entries.filter((each) => each.job === job))),
    ...options.extraConfig,
  };
}

function scrapeConfig(entries: readonly ScrapeJob[]): Record<string, unknown> {
  const { job, targetsFile, metricsPath, scrapeIntervalSeconds } = entries[0]!;
  const interval = scrapeIntervalSeconds === undefined ? undefined : duration(scrapeIntervalSeconds);
  return {
    job_name: job,
    ...(metricsPath && { metrics_path: metricsPath }),
    ...(interval && { scrape_interval: interval, scrape_timeout: interval }),
    ...(targetsFile && { file_sd_configs: [{ files: [targetsFile] }] }),
    static_configs: entries.map(({ targets, labels }) => ({ targets, ...(labels && { labels }) })),
  };
}

const hostOf = (address: string): string => (address.includes('://') ? new URL(address).host : address);

const duration = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;
