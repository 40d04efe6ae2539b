import { type RoutingContext, renderAlertmanager } from '@sightglass/rules';
import {
  type Alertmanager,
  type Notification,
  startAlertmanager,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { postAlerts, type SentAlert } from './stack.ts';

/*
 * How long Alertmanager waits, compared with clocks that run beside it: routes of the same server whose waits are written here, in real time. Each
 * promise lies between a clock of half its time and one of twice its time, so that a slow machine slows all three.
 */

/** Real seconds of a clock's waits; those of the rules are divided by the scale in the same way. */
interface Clock {
  readonly name: string;
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

interface Timed {
  readonly alertmanager: Alertmanager;
  readonly sink: WebhookSink;
  /** Alerts with these labels fire from now on. */
  send(...alerts: readonly SentAlert['labels'][]): Promise<void>;
  /** The place in the order of all messages at which a receiver got its nth of an alert. */
  place(receiver: string, alertname: string, nth: number): Promise<number>;
  stop(): Promise<void>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const RECEIVERS = ['heartbeat', 'page', 'channel', 'nobody'];

interface Parsed {
  readonly route: { readonly routes: object[] };
  readonly receivers: object[];
  templates?: unknown;
}

/** The routing as it is shipped, with receivers that only take down what comes, and with clocks. */
async function startTimed(
  scale: number,
  clocks: readonly Clock[],
  context: RoutingContext = {},
): Promise<Timed> {
  const sink = await startWebhookSink();
  const webhook = (name: string) => ({
    name,
    webhook_configs: [{ url: `${sink.url}/${name}`, send_resolved: true }],
  });
  const config = parse(
    renderAlertmanager({ ...context, scale, receivers: RECEIVERS.map(webhook) }),
  ) as Parsed;
  delete config.templates;
  config.receivers.push({ name: 'clock', webhook_configs: [{ url: `${sink.url}/clock` }] });
  const real = (seconds: number) => `${Math.round((seconds * 1_000) / scale)}ms`;
  config.route.routes.unshift(
    ...clocks.map(({ name, wait, interval, repeat }) => ({
      matchers: [`alertname = "${name}"`],
      receiver: 'clock',
      group_by: ['alertname'],
      group_wait: real(wait),
      group_interval: real(interval),
      repeat_interval: real(repeat),
    })),
  );
  const alertmanager = await startAlertmanager({ config: config as never });
  const messages = (receiver: string, alertname: string): readonly Notification[] =>
    sink.notifications.filter(
      (each) => each.path === `/${receiver}` && each.commonLabels.alertname === alertname,
    );
  return {
    alertmanager,
    sink,
    send: (...alerts) =>
      postAlerts(
        alertmanager.url,
        alerts.map((labels) => ({ labels, annotations: {} })),
        true,
        Date.now(),
      ),
    async place(receiver, alertname, nth) {
      await sink.waitFor(() => messages(receiver, alertname).length >= nth, {
        what: `message ${nth} of ${alertname} to ${receiver}`,
      });
      return sink.notifications.indexOf(messages(receiver, alertname)[nth - 1]!);
    },
    async stop() {
      await alertmanager.stop();
      await sink.stop();
    },
  };
}

/** An alert for each route, and the receiver that it reaches. */
const ROUTES = [
  { alertname: 'JobStopped', severity: 'critical', receiver: 'page' },
  { alertname: 'JobSlow', severity: 'warning', receiver: 'channel' },
  { alertname: 'SyncCompleted', severity: 'info', receiver: 'nobody' },
  { alertname: 'SomebodyElse', severity: 'odd', receiver: 'channel' },
] as const;

const clock = (name: string, options: Partial<Clock>): Clock => ({
  ...{ name, wait: 30, interval: 5 * MINUTE, repeat: 1_000 * HOUR },
  ...options,
});

let minutes: Timed;
let hours: Timed;
beforeAll(async () => {
  [minutes, hours] = await Promise.all([
    // 30 s are 1.5 s, and five minutes 15 s.
    startTimed(20, [
      clock('HalfWait', { wait: 15 }),
      clock('TwiceWait', { wait: 60 }),
      clock('HalfInterval', { interval: 2.5 * MINUTE }),
      clock('TwiceInterval', { interval: 10 * MINUTE }),
      clock('HalfBeat', { wait: 0, interval: 5, repeat: 30 }),
      // Slower than a beat a minute, and faster than one every two.
      clock('SlowBeat', { wait: 0, interval: 5, repeat: 1.5 * MINUTE }),
    ]),
    // Four hours are 10 s.
    startTimed(1_440, [
      clock('HalfRepeat', { repeat: 2 * HOUR }),
      clock('TwiceRepeat', { repeat: 8 * HOUR }),
    ]),
  ]);
  const clocks = ['HalfWait', 'TwiceWait', 'HalfInterval', 'TwiceInterval', 'HalfBeat', 'SlowBeat'];
  const alerts = ROUTES.map(({ alertname, severity }) => ({ alertname, severity }));
  await Promise.all([
    minutes.send(...clocks.map((alertname) => ({ alertname })), { alertname: 'Watchdog' }, ...alerts),
    hours.send({ alertname: 'HalfRepeat' }, { alertname: 'TwiceRepeat' }, ...alerts),
  ]);
  // Each group gets another alert when it has told of the first.
  const joining = [
    ...ROUTES,
    ...['HalfInterval', 'TwiceInterval'].map((alertname) => ({ receiver: 'clock', alertname })),
  ];
  for (const { receiver, alertname } of joining) await minutes.place(receiver, alertname, 1);
  await minutes.send(...joining.map(({ receiver: _, ...labels }) => ({ ...labels, pod: 'another' })));
});
afterAll(() => Promise.all([minutes?.stop(), hours?.stop()]));

/** That a route's nth message comes between those of two clocks; the slower one need not have come yet. */
async function expectBetween(
  timed: Timed,
  [faster, slower]: readonly [string, string],
  { receiver, alertname }: { readonly receiver: string; readonly alertname: string },
  nth: number,
): Promise<void> {
  const own = await timed.place(receiver, alertname, nth);
  expect(await timed.place('clock', faster, nth)).toBeLessThan(own);
  const before = timed.sink.notifications.slice(0, own);
  expect(before.filter(({ commonLabels }) => commonLabels.alertname === slower).length).toBeLessThan(nth);
}

test.each(ROUTES)('$severity is told after half a minute, with all that has come until then', (route) =>
  expectBetween(minutes, ['HalfWait', 'TwiceWait'], route, 1),
);

test('the heartbeat does not wait, and beats every minute', async () => {
  const heartbeat = { receiver: 'heartbeat', alertname: 'Watchdog' };
  expect(await minutes.place('heartbeat', 'Watchdog', 1)).toBeLessThan(
    await minutes.place('clock', 'HalfWait', 1),
  );
  for (const nth of [2, 3]) await expectBetween(minutes, ['HalfBeat', 'SlowBeat'], heartbeat, nth);
});

test.each(ROUTES)('what joins a group of severity $severity is told after five minutes', (route) =>
  expectBetween(minutes, ['HalfInterval', 'TwiceInterval'], route, 2),
);

test.each(ROUTES)('what goes on with severity $severity is told again every four hours', (route) =>
  expectBetween(hours, ['HalfRepeat', 'TwiceRepeat'], route, 2),
);
