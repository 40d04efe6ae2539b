import { type PagerdutyEvent, type SlackMessage, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedAlert } from './alerts.ts';
import { ROUTING_KEY, type RoutingStack, type SentAlert, startRoutingStack } from './stack.ts';

/** Five minutes between two messages of a group become one second. */
const SCALE = 300;

let stack: RoutingStack;
beforeAll(async () => {
  stack = await startRoutingStack(SCALE);
});
afterAll(() => stack?.stop());

const told = (what: string) => ({ what });
const titled = (status: string, { labels }: SentAlert) => `[${status}] ${labels.alertname}: `;

const inSlack = (alert: SentAlert, status: 'FIRING:1' | 'RESOLVED'): Promise<SlackMessage> =>
  stack.slack.waitFor(
    ({ attachments }) => attachments[0]!.title.startsWith(titled(status, alert)),
    told(`${titled(status, alert)} in Slack`),
  );
const onPager = (alert: SentAlert, action: PagerdutyEvent['event_action']): Promise<PagerdutyEvent> =>
  stack.pagerduty.waitFor(
    (event) => event.event_action === action && event.payload.class === alert.labels.alertname,
    told(`${action} of ${alert.labels.alertname} at PagerDuty`),
  );
const paged = ({ labels }: SentAlert): boolean =>
  stack.pagerduty.received.some(({ payload }) => payload.class === labels.alertname);
const written = ({ labels }: SentAlert): boolean =>
  stack.slack.received.some(({ attachments }) => attachments[0]!.title.includes(`${labels.alertname}:`));

/** Waits until Alertmanager has decided what to do with the alert, and says to whom it would go and whether it is held back. */
const decided = (sent: SentAlert) =>
  waitUntil(
    async () => {
      const alert = (await stack.alertmanager.alerts()).find(({ labels }) =>
        Object.entries(sent.labels).every(([name, value]) => labels[name] === value),
      );
      return alert?.status.state === 'unprocessed' ? undefined : alert;
    },
    told(`Alertmanager to decide on ${sent.labels.alertname}`),
  );

describe('a critical alert', () => {
  const critical = shippedAlert('PricingSyncSchedulerStopped', { job_name: 'pricing-sync' });
  beforeAll(() => stack.send(critical));

  test('pages, with everything that a person who was woken needs', async () => {
    const { summary, impact, action, description, runbook_url, dashboard_url } = critical.annotations;
    expect(await onPager(critical, 'trigger')).toMatchObject({
      routing_key: ROUTING_KEY,
      payload: {
        summary: `[FIRING:1] PricingSyncSchedulerStopped: ${summary}`,
        severity: 'critical',
        component: 'job',
        custom_details: { description, impact, action, runbook: runbook_url, dashboard: dashboard_url },
      },
      links: [
        { href: runbook_url, text: 'Runbook' },
        { href: dashboard_url, text: 'Dashboard' },
      ],
    });
  });

  test('is written to the channel of critical alerts', async () => {
    const { summary, impact, action, description, runbook_url, dashboard_url } = critical.annotations;
    const { channel, attachments } = await inSlack(critical, 'FIRING:1');
    expect(channel).toBe('#platform-critical');
    expect(attachments).toEqual([
      expect.objectContaining({
        title: `[FIRING:1] PricingSyncSchedulerStopped: ${summary}`,
        title_link: runbook_url,
        color: 'danger',
        text: [
          description,
          `*Impact:* ${impact}`,
          `*First:* ${action}`,
          `<${runbook_url}|Runbook>`,
          `<${dashboard_url}|Dashboard>`,
        ].join('\n'),
      }),
    ]);
  });

  const mailed = (status: 'FIRING:1' | 'RESOLVED') =>
    stack.mail.waitFor(
      ({ subject }) => subject.startsWith(titled(status, critical)),
      told(`${titled(status, critical)} by mail`),
    );

  test('is mailed as text to whoever is on call', async () => {
    const { summary, impact, action, description, runbook_url, dashboard_url } = critical.annotations;
    expect(await mailed('FIRING:1')).toEqual({
      from: 'alerts@example.org',
      to: ['oncall@example.org'],
      subject: `[FIRING:1] PricingSyncSchedulerStopped: ${summary}`,
      text: expect.stringContaining(
        [
          description,
          `Impact: ${impact}`,
          `First: ${action}`,
          `Runbook: ${runbook_url}\nDashboard: ${dashboard_url}`,
        ].join('\n\n'),
      ),
      html: expect.stringContaining('<h1'),
    });
  });

  test('says in all places when it is over', async () => {
    const { dedup_key } = await onPager(critical, 'trigger');
    await inSlack(critical, 'FIRING:1');
    await stack.send(critical, 'resolved');
    expect(await onPager(critical, 'resolve')).toMatchObject({ dedup_key });
    const { channel, attachments } = await inSlack(critical, 'RESOLVED');
    expect({ channel, color: attachments[0]!.color }).toEqual({
      channel: '#platform-critical',
      color: 'good',
    });
    expect(attachments[0]!.text).toMatch(/^Resolved: The last run of job pricing-sync ended/);
    expect((await mailed('RESOLVED')).text).toMatch(/^Resolved: The last run of job pricing-sync ended/);
  });
});

test('a warning is written to its channel, pages nobody, and says when it is over', async () => {
  const warning = shippedAlert('PricingSyncProviderTimeout', {
    job_name: 'pricing-sync',
    source: 'openrouter',
  });
  await stack.send(warning);
  expect(await inSlack(warning, 'FIRING:1')).toMatchObject({ channel: '#platform-warnings' });
  await stack.send(warning, 'resolved');
  expect(await inSlack(warning, 'RESOLVED')).toMatchObject({ channel: '#platform-warnings' });
  expect(paged(warning)).toBe(false);
  expect(stack.mail.received.filter(({ subject }) => subject.includes(warning.labels.alertname!))).toEqual(
    [],
  );
});

test('a name is no link of Slack, and calls nobody by it', async () => {
  const warning = shippedAlert('JobSlow', { job_name: 'a<!channel>&<https://x.test|b>' });
  const description = 'Job a<!channel>&<https://x.test|b> failed.';
  await stack.send({ ...warning, annotations: { ...warning.annotations, description } });
  const { attachments } = await inSlack(warning, 'FIRING:1');
  expect(attachments[0]!.text).toContain('Job a&lt;!channel&gt;&amp;&lt;https://x.test|b&gt; failed.');
  expect(attachments[0]!.text).not.toContain('<!');
});

test('nobody is told of an info alert, which is there to be looked up', async () => {
  const info = shippedAlert('PricingSyncCompleted', { job_name: 'pricing-sync' });
  const after = shippedAlert('IcebergOffloadThroughputLow', { layer: 'gold' });
  await stack.send(info);
  expect((await decided(info)).receivers).toEqual([{ name: 'nobody' }]);
  await stack.send(after);
  await inSlack(after, 'FIRING:1');
  expect([paged(info), written(info)]).toEqual([false, false]);
});

test('a warning is held back by the critical alert on the same thing only, and told when that is over', async () => {
  const critical = shippedAlert('JobFailing', { job_name: 'prices' });
  const same = shippedAlert('SyncDataStale', { job_name: 'prices', source: 'a' });
  const other = shippedAlert('SyncDataStale', { job_name: 'rates', source: 'a' });
  await stack.send(critical);
  await decided(critical);
  await stack.send(same);
  await stack.send(other);
  await waitUntil(async () => (await decided(same)).status.state === 'suppressed', told('the inhibition'));
  expect((await decided(other)).status.state).toBe('active');
  const alone = await inSlack(other, 'FIRING:1');
  expect(alone.attachments[0]!.text).toContain('Sync rates');
  expect(alone.attachments[0]!.text).not.toContain('Sync prices');
  await stack.send(critical, 'resolved');
  const both = await stack.slack.waitFor(
    ({ attachments }) => attachments[0]!.title.startsWith('[FIRING:2] SyncDataStale'),
    told('the warning that was held back'),
  );
  expect(both.attachments[0]!.text).toContain('Sync prices');
});

test('the heartbeat beats by itself and again', async () => {
  await stack.send(shippedAlert('Watchdog'));
  const beats = () =>
    stack.heartbeat.notifications.filter(({ commonLabels }) => commonLabels.alertname === 'Watchdog');
  await waitUntil(() => beats().length >= 3, told('three beats'));
  expect(paged(shippedAlert('Watchdog')) || written(shippedAlert('Watchdog'))).toBe(false);
});

test('an alert of somebody else arrives, with what it has', async () => {
  const other: SentAlert = { labels: { alertname: 'DiskFull', severity: 'critical' }, annotations: {} };
  await stack.send(other);
  await onPager(other, 'trigger');
  const { attachments } = await stack.slack.waitFor(
    ({ attachments: [attachment] }) => attachment!.title === '[FIRING:1] DiskFull',
    told('DiskFull in Slack'),
  );
  expect(attachments[0]!.text.trim()).toBe('alertname=DiskFull severity=critical');
});

test('no service refused what was sent to it', () => {
  expect([stack.pagerduty.refused, stack.slack.refused]).toEqual([[], []]);
});
