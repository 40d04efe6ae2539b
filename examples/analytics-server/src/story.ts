import {
  alertFires,
  type OneAlert,
  phoneRings,
  phoneSaysOver,
  type Scene,
  scrape,
  wait,
} from '@sightglass/demo-kit';
import type { Load } from './load/load.ts';
import type { AnalyticsExample } from './start-analytics-example.ts';

/** The alert that tells of what is broken. */
const ALERT: OneAlert = { alertname: 'QueueStalled', queue: 'events' };

interface Parts {
  readonly example: AnalyticsExample;
  readonly load: Load;
}

type Outcome = 'eventsWritten' | 'fired' | 'delivered' | 'repaired' | 'resolved';

/** The workers come to stand still, the phone learns of it, and they go on. */
export async function tellStory(scene: Scene<Parts>, happened: (outcome: Outcome) => void): Promise<void> {
  const { stack, terminal } = scene;
  const { control } = stack.example;
  const waiting = async (is: (count: number) => boolean) => is((await now(stack)).waiting);
  terminal.step('Events come in over HTTP, wait in the queue, and are written to Postgres in batches');
  await wait(scene, {
    what: 'a thousand events to be written',
    seconds: 60,
    ask: async () => (await now(stack)).written >= 1_000,
  });
  terminal.say(await scene.line(), 'all of it in one scrape of the API: its two workers open no port');
  happened('eventsWritten');

  terminal.step('Breaking it: another connection locks the table of the events, and does not give it back');
  await control.inject('locked-events');
  const isLong = () => waiting((count) => count >= 200);
  await wait(scene, { what: 'two hundred events to wait', seconds: 60, ask: isLong });
  terminal.say(
    await scene.line(),
    'the API goes on taking events, and nothing has failed: no error is counted',
  );
  const hasFired = await alertFires(scene, ALERT, (others) =>
    others
      .filter(({ labels }) => labels.queue === 'events')
      .map(({ labels }) => `            ${labels.alertname} too, which it holds back`),
  );
  if (hasFired) happened('fired');
  const isTold = await phoneRings(scene, ALERT);
  if (isTold) happened('delivered');

  terminal.step('Repairing it: the lock is given back');
  await control.repair('locked-events');
  const isShort = () => waiting((count) => count < 100);
  await wait(scene, { what: 'the queue to be worked off', seconds: 60, ask: isShort });
  terminal.say(await scene.line(), 'what had waited is written, each event once');
  happened('repaired');
  if (isTold) {
    await phoneSaysOver(scene, ALERT);
    happened('resolved');
  }
}

/** What one scrape says. */
async function now({ example }: Parts): Promise<{ readonly waiting: number; readonly written: number }> {
  const value = await scrape(example.metricsUrl);
  return {
    waiting: value('queue_items', { queue: 'events', state: 'ready' }) ?? 0,
    written: value('queue_processed_items_total', { queue: 'events', outcome: 'success' }) ?? 0,
  };
}

/** What became of the events so far, in a line. */
export async function eventsSoFar(parts: Parts): Promise<string> {
  const { waiting, written } = await now(parts);
  const shown = (count: number) => count.toLocaleString('en');
  return `events: ${shown(parts.load.counts().eventsAccepted)} taken, ${shown(written)} written, ${shown(waiting)} waiting`;
}
