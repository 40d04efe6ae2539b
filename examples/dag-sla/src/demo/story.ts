import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '@sightglass/example-offload/terminal';
import { type NotifiedAlert, waitUntil } from '@sightglass/test-tools';
import type { Stack } from './stack.ts';

/** What was seen to happen. */
export interface Outcome {
  recordsWritten?: true;
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

/** The alert that tells of what is broken. */
const ALERT = 'DagSlaMissed';

/** How often the live line changes. */
const LIVE_EVERY_MS = 500;

/**
 * Tells how a report comes to be late, how the phone learns of it, and how it is in time again. Writes down in `outcome` what happened; a part whose server is missing is left out. Throws at
 * the first thing that does not happen in time.
 */
export async function tellStory(scene: Scene, outcome: Outcome): Promise<void> {
  const { stack, terminal } = scene;
  terminal.step(
    'Five tasks make a report: the sales of four shops, cleaned, checked, added up and published',
  );
  await wait(scene, 'two reports', 60, async () => (await now(scene)).runs >= 2);
  terminal.say(await line(scene));
  outcome.recordsWritten = true;

  terminal.step(
    'A shop answers every second request with an error: the task is tried again, and nobody is told',
  );
  await stack.example.control.inject('flaky-source');
  await wait(scene, 'a try that is made again', 60, async () => (await now(scene)).retries >= 1);
  terminal.say(await line(scene));
  await stack.example.control.repair('flaky-source');

  terminal.step('Breaking it: adding up takes 20 s longer, four times as long as the SLA gives');
  await stack.example.control.inject('slow', { seconds: 20 });
  if (stack.prometheus !== undefined) {
    await wait(scene, `${ALERT} to fire`, 60, async () =>
      (await stack.prometheus?.alerts())?.some(
        ({ labels, state }) => labels.alertname === ALERT && state === 'firing',
      ),
    );
    terminal.say(`Prometheus: ${ALERT} is firing, severity critical, while the run is still under way`);
    outcome.fired = true;
  }
  if (outcome.fired && stack.alertmanager !== undefined) {
    const { annotations } = await wait(scene, 'the notification', 30, async () => notified(scene, 'firing'));
    terminal.step('The phone rings');
    const { summary, description, impact, action, runbook_url } = annotations;
    for (const [name, text] of Object.entries({ summary, description, impact, action, runbook: runbook_url }))
      terminal.say(`${name.padEnd(13)}${text}`);
    outcome.delivered = true;
  }

  terminal.step('Repairing it');
  await stack.example.control.repair();
  const { runs } = await now(scene);
  await wait(scene, 'two more reports', 120, async () => (await now(scene)).runs >= runs + 2);
  terminal.say(await line(scene), 'how long the recovery took is a metric: dag_last_recovery_seconds');
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
    `curl -X POST ${url}/faults/source-down`,
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
      terminal.say('The runner is started again');
      await stack.example.restart();
    }
    terminal.live(await line(scene).catch(() => 'the runner does not answer'));
    await sleep(LIVE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** What one scrape says. */
async function now({ stack }: Scene) {
  const text = await (await fetch(stack.example.metricsUrl)).text();
  const value = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1) ?? 0,
    );
  return {
    runs: value('dag_runs_total{dag_id="daily-report",status="success"}'),
    late: value('dag_sla_missed_total{dag_id="daily-report"}'),
    retries: value('dag_task_runs_total{dag_id="daily-report",task_id="extract",status="up_for_retry"}'),
    records: value('pipeline_records_processed_total{layer="silver",status="success"}'),
  };
}

async function line(scene: Scene): Promise<string> {
  const { runs, late, retries, records } = await now(scene);
  return `reports: ${runs} published, ${late} late; ${retries} tries made again; ${records.toLocaleString('en')} sales cleaned`;
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

const notified = ({ stack }: Scene, status: NotifiedAlert['status']) =>
  stack.phone.notifications
    .flatMap(({ alerts }) => alerts)
    .find((alert) => alert.labels.alertname === ALERT && alert.status === status);
