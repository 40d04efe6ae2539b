import { waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { type AnalyticsStack, CONNECTIONS, HEAP_MEGABYTES, startAnalyticsStack } from './analytics-stack.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';

let stack: AnalyticsStack;
beforeAll(async () => {
  stack = await startAnalyticsStack();
});
afterAll(() => stack?.stop());

const inject: AnalyticsStack['example']['control']['inject'] = (name, options) =>
  stack.example.control.inject(name, options);

/** Waits until Alertmanager has an alert, told to somebody or held back by another. */
const fires = (alertname: string, state?: 'active' | 'suppressed') =>
  waitUntil(
    async () =>
      (await stack.alertmanager.alerts()).find(
        ({ labels, status }) =>
          labels.alertname === alertname && (state === undefined || status.state === state),
      ),
    { what: `${alertname} to be ${state ?? 'at Alertmanager'}` },
  );

/** Whether somebody was told of it. */
const wasTold = (alertname: string, status: 'firing' | 'resolved') =>
  stack.phone.notifications.some(({ alerts }) =>
    alerts.some((alert) => alert.labels.alertname === alertname && alert.status === status),
  );

/** Waits until somebody is told. */
const tells = (alertname: string, status: 'firing' | 'resolved' = 'firing') =>
  waitUntil(() => wasTold(alertname, status), { what: `somebody to be told that ${alertname} is ${status}` });

/** Mends everything and waits until each of these alerts is over, and whoever was told of it has heard so. */
async function recovers(...alerts: readonly string[]) {
  await stack.example.control.repair();
  const left = async () =>
    (await stack.alertmanager.alerts())
      .map(({ labels }) => labels.alertname!)
      .filter((name) => alerts.includes(name));
  await waitUntil(async () => (await left()).length === 0, { what: 'the alerts to be resolved' }).catch(
    async () => expect(await left()).toEqual([]),
  );
  await Promise.all(alerts.filter((name) => wasTold(name, 'firing')).map((name) => tells(name, 'resolved')));
}

/** How many bytes of its heap's old objects the API has in use. */
async function heapUsed(): Promise<number> {
  const text = await (await fetch(`${stack.example.url}/metrics`)).text();
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
    const text = await (await fetch(`${stack.example.url}/metrics`)).text();
    expect(text).toMatch(/^sightglass_processes 3$/m);
    expect(text).toMatch(/^queue_consumers\{queue="events"\} 2$/m);
    const written = Number(
      /^queue_processed_items_total\{queue="events",outcome="success"\} (\d+)$/m.exec(text)![1],
    );
    expect(written).toBeGreaterThan(0);
    // Each is judged by its own limit: added up, the three would seem to have used nearly all.
    const [memory] = await stack.prometheus.query('job_instance:process_memory:ratio');
    expect(memory!.value).toBeLessThan(0.5);
    // And doctor says of each alert and each panel what is so of it here.
    expect(falseVerdicts(text, exampleVerdicts['analytics-server'])).toEqual([]);
  });
});

describe('what is broken is told of, and so is its recovery', () => {
  test('part of what is asked fails, connections leak, memory fills, data grows old: warnings', async () => {
    await inject('refused-tools');
    await inject('locked-summaries');
    await inject('failing-tool');
    await inject('leaked-connections', { connections: 0.85 * CONNECTIONS });
    await fillHeap(0.85);
    await Promise.all([
      tells('HttpErrorRatioHigh'),
      tells('QueueErrorsHigh'),
      tells('QueueDeadLetters'),
      tells('DatabasePoolHigh'),
      tells('ServiceMemoryHigh'),
      fires('JobStale'),
    ]);
    // What failed counts for a quarter of an hour, so it begins to be over meanwhile.
    await stack.example.control.repair('refused-tools');
    await stack.example.control.repair('locked-summaries');
  });

  test('all of it fails: a page each, and its warning is held back', async () => {
    await fillHeap(0.93);
    await inject('leaked-connections', { connections: CONNECTIONS });
    await Promise.all([tells('ServiceMemoryNearLimit'), tells('DatabasePoolExhausted')]);
    await Promise.all([fires('ServiceMemoryHigh', 'suppressed'), fires('DatabasePoolHigh', 'suppressed')]);
    await stack.example.control.repair('leaked-connections');
    await inject('failing-reads');
    await tells('HttpErrorRatioCritical');
    await fires('HttpErrorRatioHigh', 'suppressed');
    await recovers(
      'HttpErrorRatioHigh',
      'HttpErrorRatioCritical',
      'QueueErrorsHigh',
      'DatabasePoolHigh',
      'DatabasePoolExhausted',
      'ServiceMemoryHigh',
      'ServiceMemoryNearLimit',
      'JobStale',
    );
  });

  test('the database is slow, and the workers stand still', async () => {
    await inject('slow-reads', { seconds: 1.2 });
    await inject('locked-events');
    await tells('QueueStalled');
    // What follows from it is seen, and nobody is told of it once more.
    await Promise.all([
      fires('QueueDepthHigh', 'suppressed'),
      fires('QueueDepthCritical', 'suppressed'),
      fires('QueueNearCapacity', 'suppressed'),
      fires('QueueItemsTooOld', 'suppressed'),
      fires('QueueWorkStuck', 'suppressed'),
    ]);
    await Promise.all([tells('HttpLatencyHigh'), tells('DatabaseQueriesSlow')]);
    await recovers(
      'QueueStalled',
      'QueueDepthHigh',
      'QueueDepthCritical',
      'QueueNearCapacity',
      'HttpLatencyHigh',
      'DatabaseQueriesSlow',
    );
  });

  test('the database is down, then the API', async () => {
    await inject('database-down');
    await tells('DatabaseDown');
    await fires('HttpErrorRatioCritical', 'suppressed');
    await stack.example.kill();
    await tells('ServiceDown');
    await stack.example.restart();
    await recovers('DatabaseDown', 'ServiceDown');
  });

  test('every rule was evaluated without an error', async () => {
    await expectHealthyRules(stack.prometheus);
  });
});
