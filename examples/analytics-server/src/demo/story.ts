import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '@sightglass/example-offload/terminal';
import { type ActiveAlert, type Labels, type NotifiedAlert, waitUntil } from '@sightglass/test-tools';
import type { Stack } from './stack.ts';

/** The alert that tells of what is broken. */
const ALERT = 'QueueStalled';

/** What was seen to happen. */
export interface Outcome {
  eventsWritten?: true;
  fired?: true;
  delivered?: true;
  repaired?: true;
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

/**
 * Tells how the workers come to stand still, how the phone learns of it, and how they go on. Writes down in `outcome` what happened; a part whose server is missing is left out. Throws
 * at the first thing that does not happen in time.
 */
export async function tellStory(scene: Scene, outcome: Outcome): Promise<void> {
  const { stack, terminal } = scene;
  terminal.step('Events come in over HTTP, wait in the queue, and are written to Postgres in batches');
  await wait(scene, 'a thousand events to be written', 60, async () => (await now(scene)).written >= 1_000);
  terminal.say(await line(scene), 'all of it in one scrape of the API: its two workers open no port');
  outcome.eventsWritten = true;

  terminal.step('Breaking it: another connection locks the table of the events, and does not give it back');
  await stack.example.control.inject('locked-events');
  await wait(scene, 'two hundred events to wait', 60, async () => (await now(scene)).waiting >= 200);
  terminal.say(
    await line(scene),
    'the API goes on taking events, and nothing has failed: no error is counted',
  );

  if (stack.prometheus !== undefined) {
    const { labels } = await wait(scene, `${ALERT} to fire`, 60, async () =>
      (await stack.prometheus?.alerts())?.find((alert) => isOurs(alert) && alert.state === 'firing'),
    );
    terminal.say(`Prometheus: ${ALERT} is firing, severity ${labels.severity}`, ...(await others(scene)));
    outcome.fired = true;
  }
  if (outcome.fired && stack.alertmanager !== undefined) {
    const { annotations } = await wait(scene, 'the notification', 30, async () => notified(scene, 'firing'));
    terminal.step('The phone rings');
    const { summary, description, impact, action, runbook_url } = annotations;
    for (const [name, text] of Object.entries({
      summary,
      description,
      impact,
      action,
      runbook: runbook_url,
    })) {
      terminal.say(`${name.padEnd(13)}${text}`);
    }
    outcome.delivered = true;
  }

  terminal.step('Repairing it: the lock is given back');
  await stack.example.control.repair('locked-events');
  await wait(scene, 'the queue to be worked off', 60, async () => (await now(scene)).waiting < 100);
  terminal.say(await line(scene), 'what had waited is written, each event once');
  outcome.repaired = true;
  if (outcome.delivered) {
    await wait(scene, 'the notification that it is over', 90, async () => notified(scene, 'resolved'));
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
      terminal.say('The API is started again');
      await stack.example.restart();
    }
    terminal.live(await line(scene).catch(() => 'the API does not answer'));
    await sleep(LIVE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** What one scrape says. */
async function now({ stack }: Scene): Promise<{ readonly waiting: number; readonly written: number }> {
  const text = await (await fetch(stack.example.metricsUrl)).text();
  const value = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1) ?? 0,
    );
  return {
    waiting: value('queue_items{queue="events",state="ready"}'),
    written: value('queue_processed_items_total{queue="events",outcome="success"}'),
  };
}

async function line(scene: Scene): Promise<string> {
  const { waiting, written } = await now(scene);
  const accepted = scene.stack.load.counts().eventsAccepted;
  const shown = (count: number) => count.toLocaleString('en');
  return `events: ${shown(accepted)} taken, ${shown(written)} written, ${shown(waiting)} waiting`;
}

/** Waits with a live line. Throws when it takes too long, and when the demo is interrupted. */
async function wait<T>(scene: Scene, what: string, seconds: number, ask: () => Promise<T>) {
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
    { timeoutMs: seconds * 1000, what },
  );
  return answer as NonNullable<T>;
}

/** Alerts that say what follows from it, and that nobody is told of beside it. */
async function others({ stack }: Scene): Promise<string[]> {
  const alerts = (await stack.prometheus?.alerts()) ?? [];
  const also = alerts.filter(({ state, labels }) => state === 'firing' && labels.queue === 'events');
  return also
    .filter((alert) => !isOurs(alert))
    .map(({ labels }) => `            ${labels.alertname} too, which it holds back`);
}

const isOurs = ({ labels }: { readonly labels: Labels } | ActiveAlert) => labels.alertname === ALERT;

const notified = ({ stack }: Scene, status: NotifiedAlert['status']) =>
  stack.phone.notifications
    .flatMap(({ alerts }) => alerts)
    .find((alert) => isOurs(alert) && alert.status === status);
