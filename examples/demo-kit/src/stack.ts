import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mixin, receiversFor, renderAlertmanager, renderRules } from '@sightglass/rules';
import {
  type Alertmanager,
  type ExampleProcess,
  type Prometheus,
  type ServerName,
  serverPath,
  startAlertmanager,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import type { Terminal } from './terminal.ts';

/** How much faster than in production everything goes: a minute becomes a second. */
export const SCALE = 60;

/** What a demo is of: the process of an example, and whatever stands beside it. */
export interface Parts {
  readonly example: ExampleProcess<string, object>;
}

/** Everything that runs. Without the programs of Prometheus and Alertmanager their parts are missing. */
export type Stack<P extends Parts> = P & {
  readonly phone: WebhookSink;
  readonly prometheus: Prometheus | undefined;
  readonly alertmanager: Alertmanager | undefined;
  /** Ends everything, in the opposite order, and removes the temporary folders. */
  stop(): Promise<void>;
};

/** Says what is started, starts it, and stops it at the end. */
export type Start = <T extends { stop(): Promise<unknown> }>(
  what: string,
  begin: () => T | Promise<T>,
) => Promise<T>;

/** What is started, and the rules that watch it. */
export interface Watched<P extends Parts> {
  /** Starts the example with what it needs; `folder` is removed at the end. */
  begin(start: Start, folder: string): Promise<P>;
  readonly mixins: readonly Mixin[];
  /** What the rules are of, as in "Prometheus, with the shipped rules of …". */
  readonly rulesOf: string;
  /** The scrape job of the example, and what its targets are labelled with. */
  readonly job: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Starts everything, one after the other. What was started is stopped when something fails or `signal` is aborted. */
export async function startStack<P extends Parts>(
  watched: Watched<P>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Stack<P>> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
  };
  const start: Start = async (what, begin) => {
    signal.throwIfAborted();
    terminal.say(what);
    const started = await begin();
    stops.push(() => started.stop());
    return started;
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-demo-'));
    stops.push(() => rm(folder, { recursive: true }));
    const phone = await start('a webhook receiver, "the phone"', startWebhookSink);
    const parts = await watched.begin(start, folder);
    const alertmanager = isThere('alertmanager', terminal)
      ? await start('Alertmanager, with the shipped routes', async () =>
          startAlertmanager({ configFile: await writeRoutes(folder, phone.url) }),
        )
      : undefined;
    const { mixins, rulesOf, job, labels = {} } = watched;
    const prometheus = isThere('prometheus', terminal)
      ? await start(`Prometheus, with the shipped rules of ${rulesOf}`, async () =>
          startPrometheus({
            ruleFiles: await writeRules(folder, mixins),
            scrape: [
              { job, targets: [parts.example.metricsTarget], labels },
              ...(alertmanager === undefined
                ? []
                : [{ job: 'alertmanager', targets: [new URL(alertmanager.url).host] }]),
            ],
            scrapeItself: true,
            alertmanagers: alertmanager === undefined ? [] : [alertmanager.url],
            scrapeIntervalSeconds: 15 / SCALE,
            evaluationIntervalSeconds: 30 / SCALE,
          }),
        )
      : undefined;
    return { ...parts, phone, prometheus, alertmanager, stop };
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

async function writeRules(folder: string, mixins: readonly Mixin[]): Promise<string[]> {
  const paths: string[] = [];
  for (const { file, yaml } of renderRules({ scale: SCALE, mixins })) {
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
