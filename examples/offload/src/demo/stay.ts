import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from './scene.ts';

const LOOK_EVERY_MS = 500;

/** How long a dead scheduler stays dead, so that its absence is seen: ten minutes of production. */
const RESTART_AFTER_MS = 10_000;

/** Goes on until `signal` is aborted: shows rows and notifications as they come, and starts a dead scheduler again, as a service manager does. */
export async function stay({ stack, terminal, rows }: Scene, signal: AbortSignal): Promise<void> {
  const { example, phone } = stack;
  terminal.step('It goes on running: break something yourself. Ctrl-C ends it');
  terminal.say(
    `curl -X POST '${example.control.url}/faults/hang?table=trades'`,
    `curl -X DELETE ${example.control.url}/faults`,
    `curl ${example.control.url}/faults    # what is broken, and what else can be`,
  );
  let told = phone.notifications.length;
  let seenAt = performance.now();
  while (!signal.aborted) {
    for (const { alerts, receiver } of phone.notifications.slice(told)) {
      if (receiver === 'heartbeat') continue;
      for (const { status, labels, annotations } of alerts) {
        const what = [labels.alertname, labels.table, status].filter(Boolean).join(' ');
        terminal.say(`The phone: ${what}. ${annotations.summary}`);
      }
    }
    told = phone.notifications.length;
    if (example.isRunning()) seenAt = performance.now();
    else if (performance.now() - seenAt > RESTART_AFTER_MS) {
      terminal.say('The scheduler is started again');
      await example.restart();
    }
    terminal.live(await rows().catch(() => 'the scheduler does not answer'));
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
