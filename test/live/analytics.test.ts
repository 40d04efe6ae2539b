import { setTimeout as sleep } from 'node:timers/promises';
import { type ReceivedAlert, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import {
  type AnalyticsStack,
  CONNECTIONS,
  HEAP_MEGABYTES,
  MEMORY_HIGH,
  MEMORY_NEAR_LIMIT,
  startAnalyticsStack,
} from './analytics-stack.ts';
import { inTurn } from './in-turn.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';

let stack: AnalyticsStack;
beforeAll(async () => {
  stack = await startAnalyticsStack();
  void look();
});
afterAll(async () => {
  looking.abort();
  if (stack?.example.isRunning() === false) console.error(stack.example.log());
  await stack?.stop();
});

const inject: AnalyticsStack['example']['control']['inject'] = (name, options) =>
  stack.example.control.inject(name, options);
const repair: AnalyticsStack['example']['control']['repair'] = (name) => stack.example.control.repair(name);

/** An alert by its name, or by more of its labels. */
type Alert = string | Readonly<Record<string, string>>;

const labelsOf = (alert: Alert) => (typeof alert === 'string' ? { alertname: alert } : alert);
const nameOf = (alert: Alert) => Object.values(labelsOf(alert)).join(' of ');
const is = (labels: Readonly<Record<string, string>>, alert: Alert) =>
  Object.entries(labelsOf(alert)).every(([name, value]) => labels[name] === value);

/** How often Alertmanager is looked at, and what those that wait look at. */
const pollMs = 250;

/** What Alertmanager has, looked at once for all that wait. */
let alertsNow: readonly ReceivedAlert[] = [];
/** What was held back at some time: an alert that ends while it is, is over without a word. */
const everHeldBack = new Map<string, ReceivedAlert['labels']>();
const looking = new AbortController();
async function look(): Promise<void> {
  while (!looking.signal.aborted) {
    alertsNow = await stack.alertmanager.alerts().catch(() => alertsNow);
    for (const { labels, status } of alertsNow)
      if (status.state === 'suppressed') everHeldBack.set(JSON.stringify(labels), labels);
    await sleep(pollMs);
  }
}

/** Waits until Alertmanager has each of these alerts, told to somebody or held back by another. */
const fire = async (alerts: readonly Alert[], state?: 'active' | 'suppressed') => {
  const missing = () =>
    alerts.filter(
      (alert) =>
        !alertsNow.some(
          ({ labels, status }) => is(labels, alert) && (state === undefined || status.state === state),
        ),
    );
  await waitUntil(() => missing().length === 0, {
    what: `${alerts.map(nameOf).join(', ')} to be ${state ?? 'at Alertmanager'}`,
    pollMs,
  }).catch(() => expect(missing()).toEqual([]));
};
/** Held back is not for ever: a moment in which each of these was is enough. */
const heldBack = (...alerts: readonly Alert[]) =>
  Promise.all(alerts.map((alert) => fire([alert], 'suppressed')));

/** Whether somebody was told of it. */
const wasTold = (alert: Alert, status: 'firing' | 'resolved') =>
  stack.phone.notifications.some(({ alerts }) =>
    alerts.some((one) => is(one.labels, alert) && one.status === status),
  );

/** Waits until somebody is told of each. */
const tell = async (alerts: readonly Alert[], status: 'firing' | 'resolved' = 'firing') => {
  const untold = () => alerts.filter((alert) => !wasTold(alert, status));
  await waitUntil(() => untold().length === 0, {
    what: `somebody to be told that ${alerts.map(nameOf).join(', ')} is ${status}`,
    pollMs,
  }).catch(() => expect(untold()).toEqual([]));
};

/** Waits until each of these alerts is over, and whoever was told of it has heard so, unless another held it back meanwhile. */
async function end(...alerts: readonly Alert[]) {
  const left = () =>
    alertsNow
      .filter(({ labels }) => alerts.some((alert) => is(labels, alert)))
      .map(({ labels }) => labels.alertname!);
  await waitUntil(() => left().length === 0, { what: 'the alerts to be resolved', pollMs }).catch(() =>
    expect(left()).toEqual([]),
  );
  await tell(
    alerts.filter(
      (alert) => wasTold(alert, 'firing') && ![...everHeldBack.values()].some((labels) => is(labels, alert)),
    ),
    'resolved',
  );
}

const scraped = async (): Promise<string> => (await fetch(`${stack.example.url}/metrics`)).text();

/** How many bytes of its heap's old objects the API has in use. */
async function heapUsed(): Promise<number> {
  const text = await scraped();
  const spaces = text.matchAll(/^v8js_memory_heap_used_bytes\{v8js_heap_space_name="(\w+)"\} (.+)$/gm);
  return [...spaces].reduce(
    (sum, [, space, bytes]) => sum + (space!.startsWith('new_') ? 0 : Number(bytes)),
    0,
  );
}

let usedAtFirst: number | undefined;

/** Lets the API hold so much of its heap. What it held before is given up, and may be collected later. */
async function fillHeap(share: number) {
  usedAtFirst ??= (await heapUsed()) / 2 ** 20;
  await inject('memory', { megabytes: Math.round(share * HEAP_MEGABYTES - usedAtFirst) });
}

/** What shows something only while it is unusual, or where there is what it counts. */
const UNUSUAL = [
  'Error Rate C',
  'Response Time D',
  'Dependencies A',
  ...['D', 'E', 'H', 'I', 'J'].map((refId) => `Queues ${refId}`),
  ...['B', 'C', 'D'].map((refId) => `Queue Depth ${refId}`),
  'Waiting Time C',
  'Waiting Time D',
  'Processing Time F',
  'Worker Errors by Type A',
  'Queue Operations F',
  'Consumers D',
  'CPU B',
];

describe('while all is well', () => {
  test.each(['sightglass-api', 'sightglass-queues', 'sightglass-infrastructure'])(
    'every panel of %s has data',
    (uid) => expectDataInEveryPanel(stack.prometheus, uid, UNUSUAL),
  );

  test('one scrape has what the API and both workers measure', async () => {
    const text = await scraped();
    expect(text).toMatch(/^sightglass_processes 3$/m);
    expect(text).toMatch(/^queue_consumers\{queue="events"\} 2$/m);
    const written = Number(
      /^queue_processed_items_total\{queue="events",outcome="success"\} (\d+)$/m.exec(text)![1],
    );
    expect(written).toBeGreaterThan(0);
    // Each is judged by its own limit: added up, the three would seem to have used nearly all.
    const [memory] = await stack.prometheus.query('job_instance:process_memory:ratio');
    expect(memory!.value).toBeLessThan(0.3);
    // And doctor says of each alert and each panel what is so of it here.
    expect(falseVerdicts(text, exampleVerdicts['analytics-server'])).toEqual([]);
  });
});

/** Of the API alone: what becomes of the queue fails its other route. */
const ofReads = (alertname: string) => ({ alertname, http_route: '/stats/:tool' });
const ofEvents = (alertname: string) => ({ alertname, queue: 'events' });

describe.concurrent('what is broken is told of, and so is its recovery', () => {
  const ofTheApi = inTurn();
  const ofTheQueue = inTurn();

  test(
    'part of what is asked fails, connections leak, memory fills, data grows old: warnings',
    ofTheApi(async () => {
      await inject('failing-tool');
      await inject('slow-reads', { seconds: 1.2 });
      await inject('locked-summaries');
      await inject('catalogue-down');
      await inject('open-files');
      await inject('leaked-connections', { connections: Math.ceil(0.81 * CONNECTIONS) });
      await fillHeap(MEMORY_HIGH + 0.1);
      await Promise.all([
        tell([
          ofReads('HttpErrorRatioHigh'),
          ofReads('HttpLatencyHigh'),
          'DatabaseQueriesSlow',
          'DatabasePoolHigh',
          'ServiceMemoryHigh',
          'ServiceFilesNearLimit',
          'HttpDependencyFailing',
          { alertname: 'ServiceHealthCheckFailing', check: 'catalogue' },
          { alertname: 'JobFailing', job_name: 'tool-versions' },
        ]),
        fire([{ alertname: 'JobStale', job_name: 'tool-summary' }]),
      ]);
    }),
  );

  test(
    'part of the work fails, a worker dies again and again; all of it fails, another worker computes without end',
    ofTheQueue(async () => {
      await inject('refused-tools');
      await inject('crashing-worker', { seconds: 2 });
      await tell(['ServiceCrashLooping']);
      await repair('crashing-worker');
      await tell([ofEvents('QueueErrorsHigh'), ofEvents('QueueDeadLetters')]);
      await repair('refused-tools');
      // The youngest, which has not been looked at for long. It is ended with the others below.
      await inject('blocked-worker', { seconds: 1 });
      await inject('failing-writes');
      await tell([ofEvents('QueueFailing'), 'ServiceEventLoopBlocked']);
      await heldBack(ofEvents('QueueErrorsHigh'));
      await repair('failing-writes');
    }),
  );

  test(
    'all of it fails: a page each, and its warning is held back',
    ofTheApi(async () => {
      await repair('slow-reads');
      await fillHeap(MEMORY_NEAR_LIMIT + 0.1);
      await inject('leaked-connections', { connections: CONNECTIONS });
      await Promise.all([
        tell([
          'ServiceMemoryNearLimit',
          'DatabasePoolExhausted',
          { alertname: 'ServiceNotReady', check: 'database' },
        ]),
        heldBack('ServiceMemoryHigh', 'DatabasePoolHigh', {
          alertname: 'ServiceHealthCheckFailing',
          check: 'database',
        }),
      ]);
      await repair('leaked-connections');
      await inject('failing-reads');
      await tell([ofReads('HttpErrorRatioCritical')]);
      await heldBack(ofReads('HttpErrorRatioHigh'));
      for (const fault of [
        'failing-reads',
        'failing-tool',
        'locked-summaries',
        'catalogue-down',
        'open-files',
        'memory',
      ] as const)
        await repair(fault);
      await end(
        ...['HttpErrorRatioHigh', 'HttpErrorRatioCritical', 'HttpLatencyHigh'].map(ofReads),
        'HttpDependencyFailing',
        'DatabasePoolHigh',
        'DatabasePoolExhausted',
        'ServiceMemoryHigh',
        'ServiceMemoryNearLimit',
        'ServiceFilesNearLimit',
        'ServiceHealthCheckFailing',
        'ServiceNotReady',
        'JobStale',
        'JobFailing',
      );
    }),
  );

  test(
    'the workers stand still, then there are none, then a person says that there need be none',
    ofTheQueue(async () => {
      await inject('locked-events');
      await tell([ofEvents('QueueStalled')]);
      // What follows from it is seen, and nobody is told of it once more.
      await heldBack(
        ...[
          'QueueDepthHigh',
          'QueueDepthCritical',
          'QueueNearCapacity',
          'QueueItemsTooOld',
          'QueueWorkStuck',
        ].map(ofEvents),
      );
      await repair('locked-events');
      await inject('no-workers');
      await tell([ofEvents('QueueNoConsumer')]);
      await inject('disabled');
      await fire([ofEvents('QueueDisabled')]);
      await end(ofEvents('QueueNoConsumer'));
      await repair('disabled');
      await repair('no-workers');
    }),
  );

  test(
    'the workers are slow, and one of them is frozen',
    ofTheQueue(async () => {
      // One that is frozen before it has said who it is would be missed by nobody.
      await waitUntil(async () => /^sightglass_processes 3$/m.test(await scraped()), {
        what: 'both workers',
      });
      await inject('slow-writes', { seconds: 1 });
      await inject('frozen-worker');
      await tell([ofEvents('QueueSlow'), 'SightglassProcessesMissing']);
      await repair('frozen-worker');
      await repair('slow-writes');
      await end(
        ...[
          'QueueErrorsHigh',
          'QueueDeadLetters',
          'QueueFailing',
          'QueueStalled',
          'QueueDepthHigh',
          'QueueDepthCritical',
          'QueueNearCapacity',
          'QueueItemsTooOld',
          'QueueWorkStuck',
          'QueueDisabled',
          'QueueSlow',
        ].map(ofEvents),
        'SightglassProcessesMissing',
        'ServiceCrashLooping',
        'ServiceEventLoopBlocked',
        'DatabaseQueriesSlow',
      );
    }),
  );
});

describe('what all of it needs is away', () => {
  test('the database is down, then the API', async () => {
    await stack.postgres.away(async () => {
      await tell(['DatabaseDown']);
      await heldBack(ofReads('HttpErrorRatioCritical'), 'ServiceNotReady');
    });
    await stack.example.kill();
    await tell(['ServiceDown']);
    await stack.example.restart();
    await end('DatabaseDown', 'ServiceDown', ofReads('HttpErrorRatioCritical'), 'ServiceNotReady');
  });

  test('every rule was evaluated without an error', async () => {
    await expectHealthyRules(stack.prometheus);
  });
});
