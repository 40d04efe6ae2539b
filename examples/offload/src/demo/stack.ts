import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiversFor, renderAlertmanager, renderRules } from '@sightglass/rules';
import { offload, telemetry } from '@sightglass/rules/mixins';
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
import { type Example, startExample } from '../start-example.ts';
import type { Terminal } from './terminal.ts';

/** How much faster than in production everything goes: a minute becomes a second. */
export const SCALE = 60;

const minutes = (count: number) => (count * 60) / SCALE;

/** Everything that runs. Without the programs of Prometheus and Alertmanager their parts are missing. */
export interface Stack {
  readonly example: Example;
  readonly coldTierDir: string;
  readonly phone: WebhookSink;
  readonly prometheus: Prometheus | undefined;
  readonly alertmanager: Alertmanager | undefined;
  /** Ends everything, in the opposite order, and removes the temporary folders. */
  stop(): Promise<void>;
}

/** Starts everything, one after the other. What was started is stopped when something fails or `signal` is aborted. */
export async function startStack(terminal: Terminal, signal: AbortSignal): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
  };
  const start = async <T extends { stop(): Promise<void> }>(
    what: string,
    begin: () => Promise<T>,
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
    const coldTierDir = join(folder, 'cold-tier');
    const postgres = await start('Postgres, the hot store', startPostgres);
    const phone = await start('a webhook receiver, "the phone"', startWebhookSink);
    const example = await start('the scheduler: a cycle every 10 s, which stands for 10 minutes', () =>
      startScheduler(postgres.url, coldTierDir),
    );
    const alertmanager = isThere('alertmanager', terminal)
      ? await start('Alertmanager, with the shipped routes', async () =>
          startAlertmanager({ configFile: await writeRoutes(folder, phone.url) }),
        )
      : undefined;
    const prometheus = isThere('prometheus', terminal)
      ? await start('Prometheus, with the shipped rules of an offload', async () =>
          startPrometheus({
            ruleFiles: await writeRules(folder),
            scrape: [
              {
                job: 'iceberg-scheduler',
                targets: [example.metricsTarget],
                labels: { service: 'iceberg-scheduler', tier: 'cold-storage' },
              },
              ...(alertmanager === undefined
                ? []
                : [{ job: 'alertmanager', targets: [new URL(alertmanager.url).host] }]),
            ],
            scrapeItself: true,
            alertmanagers: alertmanager === undefined ? [] : [alertmanager.url],
            scrapeIntervalSeconds: minutes(0.25),
            evaluationIntervalSeconds: minutes(0.5),
          }),
        )
      : undefined;
    return { example, coldTierDir, phone, prometheus, alertmanager, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startScheduler = (databaseUrl: string, coldTierDir: string) =>
  startExample({
    databaseUrl,
    coldTierDir,
    intervalSeconds: minutes(10),
    lagObjectiveSeconds: minutes(30),
    cycleDurationObjectiveSeconds: minutes(10),
    tableTimeoutSeconds: minutes(20),
  });

function isThere(name: ServerName, terminal: Terminal): boolean {
  if (serverPath(name) !== undefined) return true;
  terminal.say(
    `${name} is missing, so its part is left out: \`npm run setup\` fetches it, or says how to get it`,
  );
  return false;
}

async function writeRules(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { file, yaml } of renderRules({ scale: SCALE, mixins: [offload, telemetry] })) {
    const path = join(folder, file);
    await writeFile(path, yaml);
    paths.push(path);
  }
  return paths;
}

/** The shipped routes; whoever they lead to, it is the phone. The receiver is the end of the notification's path. */
async function writeRoutes(folder: string, phoneUrl: string): Promise<string> {
  const path = join(folder, 'alertmanager.yml');
  const toPhone = receiversFor().map(({ name }) => ({
    name,
    webhook_configs: [{ url: `${phoneUrl}/${name}`, send_resolved: true }],
  }));
  await writeFile(path, renderAlertmanager({ scale: SCALE, receivers: toPhone }));
  return path;
}
