import { presets } from '@sightglass/rules';
import { type Prometheus, serverPath, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { MEMORY_LIMIT_MEGABYTES, type PricingStack, startPricingStack } from './pricing-stack.ts';
import { expectHealthyRules } from './rule-health.ts';

/** Every metric that reference system 002 names (items 002-M1 to 002-M14), under its own name. */
const NAMES_OF_002 = [
  'pricing_scheduled_sync_runs_total{status="success"}',
  'pricing_scheduled_sync_runs_total{status="failed"}',
  'pricing_scheduled_sync_duration_seconds_bucket',
  'pricing_scheduled_sync_duration_seconds_sum',
  'pricing_scheduled_sync_duration_seconds_count',
  'pricing_last_sync_timestamp{provider="groq"}',
  'pricing_models_synced_total{provider="groq"}',
  'pricing_manual_sync_runs_total',
  'pricing_sync_interval_hours',
  'pricing_scheduler_enabled',
  'pricing_provider_errors_total{provider="groq",error_type="timeout"}',
  'pricing_provider_request_duration_seconds_bucket{provider="groq"}',
  'pricing_models_update_errors_total',
  'pricing_database_query_duration_seconds_bucket',
  'pricing_provider_timeouts_total{provider="groq"}',
  'process_cpu_seconds_total{job="pricing-sync"}',
  'process_resident_memory_bytes{job="pricing-sync"}',
  'process_virtual_memory_bytes{job="pricing-sync"}',
];

/** What somebody should look at in the morning. */
const WARNINGS = [
  'PricingSyncProviderTimeout',
  'PricingSyncLowModelsUpdated',
  'PricingSyncMemoryUsageHigh',
  'PricingSyncSlowDuration',
  'SyncSourceFailing',
];

/** What is there to be looked up. */
const INFOS = ['PricingSyncCompleted', 'PricingSyncProviderAdded', 'SyncSourceVanished', 'JobDisabled'];

let stack: PricingStack;
let main: Prometheus;
let newest: Prometheus | undefined;

beforeAll(async () => {
  stack = await startPricingStack();
  main = await stack.prometheus(2);
  if (serverPath('prometheus3') !== undefined) newest = await stack.prometheus(3);
  await stack.example.admin.trigger();
});

afterAll(() => stack?.stop());

/** Asks the service for its status again and again, well or not, until what is waited for has come. */
const whileVisited = async (wait: () => Promise<unknown>) => {
  const visits = setInterval(() => stack.example.admin.status().catch(() => undefined), 250);
  try {
    await wait();
  } finally {
    clearInterval(visits);
  }
};

const told = (what: string) => ({ what });

/** Whether a title is about an alert; behind its name stand the estate and the owner, where there are any. */
const names = (title: string, alertname: string): boolean =>
  title.includes(`] ${alertname}:`) || title.includes(`] ${alertname},`);

const inSlack = (alertname: string, status: 'FIRING' | 'RESOLVED', channel: string) =>
  stack.slack.waitFor(
    (message) => {
      const { title } = message.attachments[0]!;
      return message.channel === channel && title.startsWith(`[${status}`) && names(title, alertname);
    },
    told(`${alertname} ${status} in ${channel}`),
  );

const onPager = (alertname: string, action: 'trigger' | 'resolve') =>
  stack.pagerduty.waitFor(
    ({ event_action, payload }) => event_action === action && payload.class === alertname,
    told(`${action} of ${alertname} at PagerDuty`),
  );

const byMail = (alertname: string, status: 'FIRING' | 'RESOLVED') =>
  stack.mail.waitFor(
    ({ subject }) => subject.startsWith(`[${status}`) && names(subject, alertname),
    told(`${alertname} ${status} by mail`),
  );

const isPaged = (alertname: string) =>
  stack.pagerduty.received.some(({ payload }) => payload.class === alertname);
const isWritten = (alertname: string) =>
  stack.slack.received.some(({ attachments }) => names(attachments[0]!.title, alertname));

/** A critical alert reaches all three. */
const firesCritical = (alertname: string) =>
  Promise.all([
    onPager(alertname, 'trigger'),
    inSlack(alertname, 'FIRING', '#platform-critical'),
    byMail(alertname, 'FIRING'),
  ]);
const resolvesCritical = (alertname: string) =>
  Promise.all([
    onPager(alertname, 'resolve'),
    inSlack(alertname, 'RESOLVED', '#platform-critical'),
    byMail(alertname, 'RESOLVED'),
  ]);

/** A warning is written of. */
const firesWarning = (alertname: string) => inSlack(alertname, 'FIRING', '#platform-warnings');
const resolvesWarning = (alertname: string) => inSlack(alertname, 'RESOLVED', '#platform-warnings');

/** Waits until Alertmanager has the alert in this state; gives it. */
const atAlertmanager = (alertname: string, state: 'active' | 'suppressed') =>
  waitUntil(
    async () =>
      (await stack.alertmanager.alerts()).find(
        ({ labels, status }) => labels.alertname === alertname && status.state === state,
      ),
    told(`${alertname} to be ${state} at Alertmanager`),
  );

/** An info alert is held, and sent nowhere. */
const expectForNobody = async (alertname: string) =>
  expect((await atAlertmanager(alertname, 'active')).receivers).toEqual([{ name: 'nobody' }]);

/** What is under way, near its limit, meets or fails: shown while it is so. */
const UNUSUAL = [
  ...['F', 'G', 'H', 'I'].map((refId) => `Sync Duration ${refId}`),
  'Error Rate Over Time B',
  'Error Rate C',
  'Response Time D',
  // It declares no kinds of events.
  'Events Received A',
];

describe('while all is well', () => {
  test('both generations of Prometheus evaluate every rule without an error', async () => {
    const rules = await expectHealthyRules(main);
    if (newest !== undefined) {
      const all = (await expectHealthyRules(newest)).map(({ name }) => name);
      expect(all).toEqual(expect.arrayContaining(rules.map(({ name }) => name)));
      expect(all.length).toBeGreaterThan(rules.length);
    }
    await newest?.stop();
    const alerts = rules.filter(({ type }) => type === 'alerting').map(({ name }) => name);
    expect(alerts).toEqual(expect.arrayContaining(Object.values(presets[0]!.alerts)));
  });

  test('every metric of reference system 002 can be queried under its own name', async () => {
    const missing = async () => {
      const queries = NAMES_OF_002.map(async (name) => ((await main.query(name)).length > 0 ? [] : [name]));
      return (await Promise.all(queries)).flat();
    };
    await waitUntil(async () => (await missing()).length === 0, told('a value of every name')).catch(
      async () => expect(await missing()).toEqual([]),
    );
  });

  test.each(['sightglass-scheduler', 'sightglass-api', 'sightglass-system', 'sightglass-slo'])(
    'every panel of %s has data',
    (uid) => whileVisited(() => expectDataInEveryPanel(main, uid, UNUSUAL)),
  );

  test('nobody is woken, or told that a run has succeeded', async () => {
    await expectForNobody('PricingSyncCompleted');
    // A machine that is busy may have other troubles.
    const woken = stack.pagerduty.received.map(({ payload }) => String(payload.class));
    expect(woken.filter((alertname) => /^(PricingSync|Job|Sync)/.test(alertname))).toEqual([]);
  });

  test('doctor says of each alert and each panel what is so of it here', async () => {
    const page = await (await fetch(stack.example.metricsUrl)).text();
    expect(falseVerdicts(page, exampleVerdicts['pricing-sync'])).toEqual([]);
  });
});

describe('what is broken reaches whom it should, and so does its recovery', () => {
  test('writes that fail wake somebody; a slow provider and much memory are written of, a new provider is not', async () => {
    const { control } = stack.example;
    // Before the database: that nothing which is asked of it succeeds is told of by a page of its own, which holds those about requests back.
    await control.inject('admin-error');
    await whileVisited(() => firesCritical('HttpErrorRatioCritical'));
    await control.inject('slow-provider', { provider: 'openrouter', seconds: 2 });
    await control.inject('database-write');
    await control.inject('new-provider');
    await control.inject('memory', { megabytes: MEMORY_LIMIT_MEGABYTES });
    await Promise.all([firesCritical('PricingSyncDatabaseUpdateFailures'), ...WARNINGS.map(firesWarning)]);
    // That runs fail because of it, and what comes of them grows old, is told of by no second page.
    for (const alert of ['PricingSyncHighErrorRate', 'PricingSyncStaleData']) {
      const { status } = await atAlertmanager(alert, 'suppressed');
      expect(status.inhibitedBy).not.toEqual([]);
    }
    await expectForNobody('PricingSyncProviderAdded');
    await control.repair();
    await whileVisited(() =>
      Promise.all([
        resolvesCritical('PricingSyncDatabaseUpdateFailures'),
        resolvesCritical('HttpErrorRatioCritical'),
      ]),
    );
  });

  test('a scheduler that starts nothing', async () => {
    await stack.example.control.inject('stall');
    await firesCritical('PricingSyncSchedulerStopped');
    await stack.example.control.repair('stall');
    await resolvesCritical('PricingSyncSchedulerStopped');
  });

  test('a run that hangs, then a process that is gone, until a run has ended', async () => {
    await stack.example.control.inject('hang');
    await firesCritical('JobStuck');
    await atAlertmanager('JobOverlapping', 'suppressed');
    await stack.example.kill();
    await firesCritical('ServiceDown');
    // That its job is gone with it is no second page.
    await atAlertmanager('PricingSyncNoRunsRecorded', 'suppressed');
    await stack.example.restart();
    await Promise.all([
      resolvesCritical('ServiceDown'),
      resolvesCritical('JobStuck'),
      ...WARNINGS.map(resolvesWarning),
    ]);
  });

  test('a warning wakes nobody, and nobody is told of what is only to be looked up', async () => {
    await stack.example.control.inject('disabled');
    await expectForNobody('JobDisabled');
    // The provider that came and went was retired: nobody misses it.
    expect(await main.query('ALERTS{alertname="SyncSourceVanished",source="mistral"}')).toEqual([]);
    expect([...WARNINGS, ...INFOS].filter(isPaged)).toEqual([]);
    expect(INFOS.filter(isWritten)).toEqual([]);
  });

  test('what nobody was told of ends as well', async () => {
    const told = ['PricingSyncStaleData', 'PricingSyncCompleted', 'PricingSyncProviderAdded'];
    const still = async () =>
      (await stack.alertmanager.alerts())
        .map(({ labels }) => labels.alertname!)
        .filter((alert) => told.includes(alert));
    await waitUntil(async () => (await still()).length === 0, {
      what: `${told.join(', ')} to be resolved at Alertmanager`,
    });
  });

  test('no service refused what was sent to it', () => {
    expect([stack.pagerduty.refused, stack.slack.refused]).toEqual([[], []]);
  });
});
