import { gauge } from '@sightglass/core';
import { defineMixin, type Mixin, minutes, promql } from '@sightglass/rules';
import type { PagerdutyEvent, SlackMessage } from '@sightglass/test-tools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shipped } from '../../rules/src/mixins/index.ts';
import { alertsOfInstallation } from './alerts.ts';
import { type RoutingStack, type SentAlert, startRoutingStack } from './stack.ts';

/*
 * Who is woken for what: PagerDuty takes events of one deduplication key for one incident, and wakes nobody for what joins one that is acknowledged.
 */

const workerUp = gauge('worker_up', { help: 'Whether a worker is up.', labels: ['worker'] });

/** Workers of a service, of which all are gone when the service is. */
const workers: Mixin = defineMixin({
  name: 'workers',
  about: 'Workers of a service.',
  metrics: [
    {
      exportedBy: 'startWorker()',
      metrics: [workerUp],
    },
  ],
  groups: () => [
    {
      name: 'workers',
      interval: minutes(1),
      rules: [
        {
          alert: 'WorkerGone',
          expr: promql`max by (job, worker) (${workerUp}) == 0`,
          for: minutes(1),
          severity: 'critical',
          incident: ['job'],
          summary: 'A worker is gone.',
          description: 'Worker {{ $labels.worker }} of {{ $labels.job }} is gone.',
          impact: 'Its work waits.',
          action: 'Look up why the service ended.',
          runbook: 'workers',
          dashboard: { uid: 'workers', panel: 'Workers' },
        },
      ],
    },
  ],
});
const mixins = [...shipped, workers];
const alert = alertsOfInstallation({ mixins });

let stack: RoutingStack;
beforeAll(async () => {
  // Half a second for half a minute: what is sent together is in one message, also on a loaded machine.
  stack = await startRoutingStack(60, { mixins });
});
afterAll(() => stack?.stop());

/** The page whose text has this in it. */
const page = (text: string): Promise<PagerdutyEvent> =>
  stack.pagerduty.waitFor(
    ({ event_action, payload }) =>
      event_action === 'trigger' && (payload.custom_details?.description ?? '').includes(text),
    { what: `a page about ${text}` },
  );
const message = (text: string): Promise<SlackMessage> =>
  stack.slack.waitFor(({ attachments }) => attachments[0]!.text.includes(text), {
    what: `a message about ${text}`,
  });
/** What was said of an alert up to now, by the title of each message. */
const titlesOf = (name: string): readonly string[] =>
  stack.slack.received
    .map(({ attachments }) => attachments[0]!.title)
    .filter((title) => title.includes(name));

test('two jobs that stop are two incidents, though the first is still open', async () => {
  const stopped = (job_name: string) => alert('JobStopped', { job_name });
  await stack.send(stopped('invoices'));
  const first = await page(stopped('invoices').annotations.description!);
  await stack.send(stopped('refunds'));
  const second = await page(stopped('refunds').annotations.description!);
  expect(second.dedup_key).not.toBe(first.dedup_key);
  expect(second.payload.summary).toMatch(/^\[FIRING:1\] JobStopped: /);
  await stack.send(stopped('refunds'), 'resolved');
  const end = await stack.pagerduty.waitFor(({ event_action }) => event_action === 'resolve', {
    what: 'the end of the second',
  });
  expect(end.dedup_key).toBe(second.dedup_key);
});

test('a service that is gone is one incident, whatever went with it, and another service another one', async () => {
  const gone = (job: string, worker: string) => alert('WorkerGone', { job, worker });
  await stack.send(['1', '2', '3'].map((worker) => gone('shop', worker)));
  // On a loaded machine the page may begin with some of them; it tells of all in the end.
  const shop = await stack.pagerduty.waitFor(
    ({ payload }) => payload.summary.startsWith('[FIRING:3] WorkerGone: '),
    { what: 'a page of all three' },
  );
  for (const worker of ['1', '2', '3'])
    expect(shop.payload.custom_details!.description).toContain(`Worker ${worker} of shop`);
  const keys = stack.pagerduty.received
    .filter(({ payload }) => payload.summary.includes('WorkerGone'))
    .map(({ dedup_key }) => dedup_key);
  expect(new Set(keys).size).toBe(1);
  await stack.send(gone('stock', '1'));
  const stock = await page('Worker 1 of stock');
  expect(stock.payload.custom_details!.description).not.toContain('shop');
  expect(stock.dedup_key).not.toBe(shop.dedup_key);
});

test('the same job of two environments is two incidents, and each message names its own', async () => {
  const stopped = (environment: string) =>
    alertsOfInstallation({ mixins, selector: { environment } })('JobStopped', { job_name: 'exports' });
  const named = (environment: string) =>
    stack.pagerduty.waitFor(({ payload }) => payload.summary.includes(`environment ${environment}`), {
      what: `a page of ${environment}`,
    });
  await stack.send([stopped('production'), stopped('staging')]);
  const [production, staging] = await Promise.all([named('production'), named('staging')]);
  expect(production.dedup_key).not.toBe(staging.dedup_key);
  expect(production.payload.summary).toMatch(/^\[FIRING:1\] JobStopped, environment production: /);
  expect(staging.payload.summary).toMatch(/^\[FIRING:1\] JobStopped, environment staging: /);
  await stack.slack.waitFor(({ attachments }) => attachments[0]!.title.includes('environment staging'), {
    what: 'the message of staging',
  });
  expect(titlesOf('environment staging')).toEqual([
    expect.stringMatching(/^\[FIRING:1\] JobStopped, environment staging: /),
  ]);
});

test('warnings of two environments, and of two owners, are messages of their own', async () => {
  const slow = (job_name: string, labels: SentAlert['labels']) => alert('JobSlow', { job_name, ...labels });
  const both = { environment: 'production', owner: 'billing' };
  await stack.send([
    slow('one', both),
    slow('two', both),
    slow('three', { ...both, owner: 'search' }),
    slow('four', { ...both, environment: 'staging' }),
  ]);
  for (const job of ['one', 'three', 'four']) await message(`job ${job}`);
  expect([...titlesOf('JobSlow')].map((title) => title.replace(/: .*/, '')).sort()).toEqual([
    '[FIRING:1] JobSlow, environment production, owner search',
    '[FIRING:1] JobSlow, environment staging, owner billing',
    '[FIRING:2] JobSlow, environment production, owner billing',
  ]);
  expect(stack.slack.received.filter(({ channel }) => channel === '#platform-warnings')).toHaveLength(3);
});

test('an alert on what must not page is a warning: it is written to the channel with its owner, and wakes nobody', async () => {
  const quiet = [
    alert('WorkerGone', { severity: 'warning', owner: 'lab', job: 'lab', worker: 'quiet' }),
    alert('JobStopped', { severity: 'warning', owner: 'lab', job_name: 'quiet' }),
  ];
  await stack.send(quiet);
  const after = alert('JobStopped', { job_name: 'loud' });
  for (const { annotations } of quiet) {
    const { channel, attachments } = await message(annotations.description!);
    expect(channel).toBe('#platform-warnings');
    expect(attachments[0]!.title).toContain(', owner lab: ');
  }
  await stack.send(after);
  await page(after.annotations.description!);
  const pages = stack.pagerduty.received.map(({ payload }) => payload.custom_details?.description);
  expect(pages.join()).not.toContain('quiet');
});

test('what two installations say of the monitoring that they share is one alert', async () => {
  const lost = (environment: string) =>
    alertsOfInstallation({ mixins, selector: { environment } })('SightglassNotificationsLost', {
      job: 'alertmanager',
    });
  const beat = (environment: string) =>
    alertsOfInstallation({ mixins, selector: { environment } })('Watchdog');
  await stack.send([lost('production'), beat('production')]);
  await stack.send([lost('staging'), beat('staging')]);
  const alerts = await stack.alertmanager.alerts();
  for (const name of ['SightglassNotificationsLost', 'Watchdog'])
    expect(alerts.filter(({ labels }) => labels.alertname === name)).toHaveLength(1);
});

test('a silence of one environment silences nothing of another', async () => {
  const failing = (environment: string) => alert('JobFailing', { job_name: 'silenced', environment });
  const response = await fetch(`${stack.alertmanager.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [
        { name: 'alertname', value: 'JobFailing', isRegex: false },
        { name: 'environment', value: 'staging', isRegex: false },
      ],
      startsAt: new Date(Date.now() - 1_000),
      endsAt: new Date(Date.now() + 3_600_000),
      createdBy: 'test',
      comment: 'Staging is being rebuilt.',
    }),
  });
  expect(response.ok).toBe(true);
  await stack.send([failing('staging'), failing('production')]);
  const told = await page(failing('production').annotations.description!);
  expect(told.payload.summary).toContain('[FIRING:1] JobFailing, environment production: ');
  expect(stack.pagerduty.received.map(({ payload }) => payload.summary).join()).not.toContain(
    'JobFailing, environment staging',
  );
});

test('a message speaks of one alert, whatever else is wrong with the thing', async () => {
  const somebodys = (alertname: string, severity: string, component: string): SentAlert => ({
    labels: { alertname, severity, component, job_name: 'troubled' },
    annotations: { description: `${alertname} of ${component}.` },
  });
  const critical = [somebodys('DiskDead', 'critical', 'api'), somebodys('FanDead', 'critical', 'api')];
  const warnings = [
    somebodys('DiskFull', 'warning', 'api'),
    somebodys('DiskFull', 'warning', 'web'),
    somebodys('FanSlow', 'warning', 'api'),
  ];
  await stack.send([...critical, ...warnings]);
  const pages = await Promise.all(critical.map(({ annotations }) => page(annotations.description!)));
  expect(new Set(pages.map(({ dedup_key }) => dedup_key)).size).toBe(2);
  for (const { annotations, labels } of warnings) {
    const { attachments } = await message(annotations.description!);
    expect(attachments[0]!.title).toBe(`[FIRING:1] ${labels.alertname}`);
  }
});
