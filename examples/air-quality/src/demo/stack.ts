import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from '@sightglass/example-offload/terminal';
import { receiversFor, renderAlertmanager, renderRules } from '@sightglass/rules';
import { collectors, dags, database, datasets, telemetry } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  type Prometheus,
  type ServerName,
  serverPath,
  startAlertmanager,
  startPostgres,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { type AirQualityExample, startAirQuality } from '../start-air-quality.ts';

/** How much faster than in production everything goes: a minute becomes a second. */
export const SCALE = 60;

/** Everything that runs. Without the programs of Prometheus and Alertmanager their parts are missing. */
export interface Stack {
  readonly example: AirQualityExample;
  readonly phone: WebhookSink;
  readonly prometheus: Prometheus | undefined;
  readonly alertmanager: Alertmanager | undefined;
  /** Ends everything, in the opposite order, and removes the temporary folders. */
  stop(): Promise<void>;
}

/** Starts everything, one after the other. What was started is stopped when something fails or `signal` is aborted. */
export async function startStack(terminal: Terminal, signal: AbortSignal): Promise<Stack> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
  };
  const start = async <T extends { stop(): Promise<unknown> }>(
    what: string,
    begin: () => T | Promise<T>,
  ): Promise<T> => {
    signal.throwIfAborted();
    terminal.say(what);
    const started = await begin();
    stops.push(() => started.stop());
    return started;
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-demo-'));
    stops.push(() => rm(folder, { recursive: true }));
    const postgres = await start('Postgres', startPostgres);
    const phone = await start('a webhook receiver, "the phone"', startWebhookSink);
    const example = await start('the pipeline: a run a second, for one a minute', () =>
      startAirQuality({
        databaseUrl: postgres.url,
        intervalSeconds: 1,
        freshnessObjectiveSeconds: 10,
        collectIntervalSeconds: 1,
        collectTimeoutSeconds: 1,
      }),
    );
    const alertmanager = isThere('alertmanager', terminal)
      ? await start('Alertmanager, with the shipped routes', async () =>
          startAlertmanager({ configFile: await writeRoutes(folder, phone.url) }),
        )
      : undefined;
    const prometheus = isThere('prometheus', terminal)
      ? await start('Prometheus, with the shipped rules of data sets, DAGs and collectors', async () =>
          startPrometheus({
            ruleFiles: await writeRules(folder),
            scrape: [{ job: 'air-quality', targets: [example.metricsTarget] }],
            alertmanagers: alertmanager === undefined ? [] : [alertmanager.url],
            scrapeIntervalSeconds: 15 / SCALE,
            evaluationIntervalSeconds: 30 / SCALE,
          }),
        )
      : undefined;
    return { example, phone, prometheus, alertmanager, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isThere(name: ServerName, terminal: Terminal): boolean {
  if (serverPath(name) !== undefined) return true;
  terminal.say(
    `${name} is missing, so its part is left out: \`npm run setup\` fetches it, or says how to get it`,
  );
  return false;
}

async function writeRules(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { file, yaml } of renderRules({
    scale: SCALE,
    mixins: [datasets, dags, collectors, database, telemetry],
  })) {
    const path = join(folder, file);
    await writeFile(path, yaml);
    paths.push(path);
  }
  return paths;
}

/** The shipped routes; whoever they lead to, it is the phone. */
async function writeRoutes(folder: string, phoneUrl: string): Promise<string> {
  const path = join(folder, 'alertmanager.yml');
  const toPhone = receiversFor().map(({ name }) => ({
    name,
    webhook_configs: [{ url: `${phoneUrl}/${name}`, send_resolved: true }],
  }));
  await writeFile(path, renderAlertmanager({ scale: SCALE, receivers: toPhone }));
  return path;
}
