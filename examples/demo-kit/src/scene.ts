import { type ActiveAlert, type Labels, type NotifiedAlert, waitUntil } from '@sightglass/test-tools';
import type { Parts, Stack } from './stack.ts';
import type { Terminal } from './terminal.ts';

/** Where a story is told: what runs, and where it is shown. */
export interface Scene<P extends Parts> {
  readonly stack: Stack<P>;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** What happens now, in a line. */
  line(): Promise<string>;
}

/** One thing that is waited for. */
export interface Wait<T> {
  /** As in "timed out: …". */
  readonly what: string;
  readonly seconds: number;
  /** Asked until it gives something truthy. */
  readonly ask: () => Promise<T>;
  /** What the live line says meanwhile, after the rest. */
  readonly aside?: () => Promise<string>;
}

/** The alert that a story is about: its name, and other labels that it must have. */
export type OneAlert = { readonly alertname: string } & Labels;

const INTERRUPTED = Symbol('interrupted');

/** How often the live line changes. */
export const LIVE_EVERY_MS = 500;

/** Waits with a live line. Throws when it takes too long, and when the demo is interrupted. */
export async function wait<P extends Parts, T>(
  { terminal, signal, line }: Scene<P>,
  { what, seconds, ask, aside }: Wait<T>,
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  let shownAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    if (signal.aborted) return INTERRUPTED;
    if (performance.now() - shownAt > LIVE_EVERY_MS) {
      shownAt = performance.now();
      terminal.live(aside === undefined ? await line() : `${await line()}; ${await aside()}`);
    }
    return ask();
  };
  const answer = await waitUntil(look, { timeoutMs: seconds * 1000, what });
  signal.throwIfAborted();
  return answer as Exclude<typeof answer, typeof INTERRUPTED>;
}

/** Waits until Prometheus says that it fires, and says so, with what is said `besides`. False where there is no Prometheus. */
export async function alertFires<P extends Parts>(
  scene: Scene<P>,
  alert: OneAlert,
  besides: (firing: readonly ActiveAlert[]) => readonly string[] = () => [],
): Promise<boolean> {
  const { prometheus } = scene.stack;
  const { alertname } = alert;
  if (prometheus === undefined) return false;
  const find = async (...states: readonly ActiveAlert['state'][]) =>
    (await prometheus.alerts()).find((each) => is(each, alert) && states.includes(each.state));
  await wait(scene, {
    what: `${alertname} to be pending`,
    seconds: 60,
    ask: () => find('pending', 'firing'),
  });
  scene.terminal.say(`Prometheus: ${alertname} is pending`);
  const { labels } = await wait(scene, {
    what: `${alertname} to fire`,
    seconds: 60,
    ask: () => find('firing'),
  });
  const others = (await prometheus.alerts()).filter((each) => each.state === 'firing' && !is(each, alert));
  scene.terminal.say(`Prometheus: ${alertname} is firing, severity ${labels.severity}`, ...besides(others));
  return true;
}

/** Waits for the notification, and shows what is on the phone. False where nobody sends one. */
export async function phoneRings<P extends Parts>(scene: Scene<P>, alert: OneAlert): Promise<boolean> {
  if (scene.stack.prometheus === undefined || scene.stack.alertmanager === undefined) return false;
  const { annotations } = await wait(scene, {
    what: 'the notification',
    seconds: 60,
    ask: async () => notified(scene, alert, 'firing'),
  });
  scene.terminal.step('The phone rings');
  const { summary, description, impact, action, runbook_url } = annotations;
  for (const [name, text] of Object.entries({ summary, description, impact, action, runbook: runbook_url }))
    scene.terminal.say(`${name.padEnd(13)}${text}`);
  return true;
}

/** Waits for the notification that it is over. */
export async function phoneSaysOver<P extends Parts>(scene: Scene<P>, alert: OneAlert): Promise<void> {
  await wait(scene, {
    what: 'the notification that it is over',
    seconds: 120,
    ask: async () => notified(scene, alert, 'resolved'),
  });
  scene.terminal.say(`The phone: ${alert.alertname} is resolved`);
}

const is = ({ labels }: { readonly labels: Labels }, alert: OneAlert): boolean =>
  Object.entries(alert).every(([label, value]) => labels[label] === value);

const notified = <P extends Parts>(
  { stack }: Scene<P>,
  alert: OneAlert,
  status: NotifiedAlert['status'],
): NotifiedAlert | undefined =>
  stack.phone.notifications
    .flatMap(({ alerts }) => alerts)
    .find((each) => is(each, alert) && each.status === status);
