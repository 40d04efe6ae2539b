import { setTimeout as sleep } from 'node:timers/promises';
import { LIVE_EVERY_MS, type Scene } from './scene.ts';
import type { Parts } from './stack.ts';

/** How long a dead process stays dead, so that its absence is seen: ten minutes of production. */
const RESTART_AFTER_MS = 10_000;

/** Goes on until the signal: shows what happens and notifications as they come, and starts a dead process again, as a service manager does. */
export async function stay<P extends Parts>(
  scene: Scene<P>,
  { name, tryFirst }: { readonly name: string; readonly tryFirst: string },
): Promise<void> {
  const { stack, terminal, signal } = scene;
  const { example, phone } = stack;
  const { url } = example.control;
  terminal.step('It goes on running: break something yourself. Ctrl-C ends it');
  terminal.say(
    `curl -X POST '${url}/faults/${tryFirst}'`,
    `curl -X DELETE ${url}/faults`,
    `curl ${url}/faults    # what is broken, and what else can be`,
  );
  let told = phone.notifications.length;
  let seenAt = performance.now();
  while (!signal.aborted) {
    for (const { alerts, receiver } of phone.notifications.slice(told)) {
      if (receiver === 'heartbeat') continue;
      for (const { status, labels, annotations } of alerts)
        terminal.say(`The phone: ${labels.alertname} ${status}. ${annotations.summary}`);
    }
    told = phone.notifications.length;
    if (example.isRunning()) seenAt = performance.now();
    else if (performance.now() - seenAt > RESTART_AFTER_MS) {
      terminal.say(`The ${name} is started again`);
      await example.restart();
    }
    terminal.live(await scene.line().catch(() => `the ${name} does not answer`));
    await sleep(LIVE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
