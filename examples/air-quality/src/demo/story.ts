import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '@sightglass/example-offload/terminal';
import { type NotifiedAlert, waitUntil } from '@sightglass/test-tools';
import type { Stack } from './stack.ts';

/** The alert that tells of what is broken. */
const ALERT = 'DatasetQualityLow';

/** What was seen to happen. */
export interface Outcome {
  loaded?: true;
  told?: true;
  resolved?: true;
}

/** Where the story is told. */
export interface Scene {
  readonly stack: Stack;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** How often the live line changes. */
const LIVE_EVERY_MS = 500;

/** Tells how the data get worse, how the phone learns of it, and how they recover. A part whose server is missing is left out. Throws at the first thing that does not happen in time. */
export async function tellStory(scene: Scene, outcome: Outcome): Promise<void> {
  const { stack, terminal } = scene;
  terminal.step(
    'Twelve stations send three pollutants each; they go through bronze, silver and gold in Postgres',
  );
  await wait(scene, 'two hundred measurements to be in gold', async () => (await now(scene)).gold >= 200);
  terminal.say(await line(scene));
  outcome.loaded = true;
  terminal.step('Breaking it: four measurements of ten are below 0');
  await stack.example.control.inject('bad-measurements', { share: 0.4 });
  if (stack.prometheus !== undefined && stack.alertmanager !== undefined) {
    const { annotations } = await wait(scene, 'the notification', async () => notified(scene, 'firing'));
    terminal.step('The phone rings');
    const { summary, description, impact, action, runbook_url } = annotations;
    for (const [name, text] of Object.entries({ summary, description, impact, action, runbook: runbook_url }))
      terminal.say(`${name.padEnd(13)}${text}`);
    outcome.told = true;
  }
  terminal.step('Repairing it');
  await stack.example.control.repair('bad-measurements');
  if (outcome.told) {
    await wait(scene, 'the notification that it is over', async () => notified(scene, 'resolved'));
    terminal.say(`The phone: ${ALERT} is resolved`);
    outcome.resolved = true;
  }
}

/** Goes on until the signal: shows what happens, and notifications as they come. */
export async function stay(scene: Scene): Promise<void> {
  const { stack, terminal, signal } = scene;
  const { url } = stack.example.control;
  terminal.step('It goes on running: break something yourself. Ctrl-C ends it');
  terminal.say(
    `curl -X POST ${url}/faults/database-down`,
    `curl -X DELETE ${url}/faults`,
    `curl ${url}/faults    # what is broken, and what else can be`,
  );
  let told = stack.phone.notifications.length;
  while (!signal.aborted) {
    for (const { alerts, receiver } of stack.phone.notifications.slice(told)) {
      if (receiver === 'heartbeat') continue;
      for (const { status, labels, annotations } of alerts)
        terminal.say(`The phone: ${labels.alertname} ${status}. ${annotations.summary}`);
    }
    told = stack.phone.notifications.length;
    if (!stack.example.isRunning()) {
      terminal.say('The pipeline is started again');
      await stack.example.restart();
    }
    terminal.live(await line(scene).catch(() => 'the pipeline does not answer'));
    await sleep(LIVE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** What one scrape says. */
async function now({
  stack,
}: Scene): Promise<{ readonly gold: number; readonly score: number; readonly polls: number }> {
  const text = await (await fetch(stack.example.metricsUrl)).text();
  const value = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1) ?? 0,
    );
  return {
    gold: value('pipeline_records_processed_total{layer="gold",status="success"}'),
    score: value('dataset_quality_score_ratio{dataset="measurements",layer="bronze",suite="bronze_suite"}'),
    polls: value('sql_collector_query_duration_seconds_count{collector="warehouse",query="newest"}'),
  };
}

async function line(scene: Scene): Promise<string> {
  const { gold, score, polls } = await now(scene);
  return `${gold.toLocaleString('en')} measurements in gold, the last score ${Math.round(100 * score)} %, ${polls} polls of the warehouse`;
}

/** Waits with a live line. Throws when it takes too long, and when the demo is interrupted. */
async function wait<T>(scene: Scene, what: string, ask: () => Promise<T>) {
  let shownAt = Number.NEGATIVE_INFINITY;
  const answer = await waitUntil(
    async () => {
      scene.signal.throwIfAborted();
      if (performance.now() - shownAt > LIVE_EVERY_MS) {
        shownAt = performance.now();
        scene.terminal.live(await line(scene));
      }
      return ask();
    },
    { timeoutMs: 120_000, what },
  );
  return answer as NonNullable<T>;
}

const notified = ({ stack }: Scene, status: NotifiedAlert['status']) =>
  stack.phone.notifications
    .flatMap(({ alerts }) => alerts)
    .find((alert) => alert.labels.alertname === ALERT && alert.status === status);
