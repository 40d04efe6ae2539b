import { waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { type DagStack, startDagStack } from './dag-stack.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';

let stack: DagStack;

beforeAll(async () => {
  stack = await startDagStack();
});

afterAll(() => stack?.stop());

const told = (what: string) => ({ what });

/** Whether a title is about an alert; behind its name stand the estate and the owner, where there are any. */
const names = (title: string, alertname: string): boolean =>
  title.includes(`] ${alertname}:`) || title.includes(`] ${alertname},`);

/** What was told since the last fault, so that the same alert can be waited for twice. */
let since = { slack: 0, mail: 0, pagerduty: 0 };
const fromNow = () => {
  since = {
    slack: stack.slack.received.length,
    mail: stack.mail.received.length,
    pagerduty: stack.pagerduty.received.length,
  };
};

const inSlack = (alertname: string, status: 'FIRING' | 'RESOLVED', channel: string) =>
  waitUntil(
    () =>
      stack.slack.received.slice(since.slack).some((message) => {
        const { title } = message.attachments[0]!;
        return message.channel === channel && title.startsWith(`[${status}`) && names(title, alertname);
      }),
    told(`${alertname} ${status} in ${channel}`),
  );
const byMail = (alertname: string, status: 'FIRING' | 'RESOLVED') =>
  waitUntil(
    () =>
      stack.mail.received
        .slice(since.mail)
        .some(({ subject }) => subject.startsWith(`[${status}`) && names(subject, alertname)),
    told(`${alertname} ${status} by mail`),
  );
const onPager = (alertname: string, action: 'trigger' | 'resolve') =>
  waitUntil(
    () =>
      stack.pagerduty.received
        .slice(since.pagerduty)
        .some(({ event_action, payload }) => event_action === action && payload.class === alertname),
    told(`${action} of ${alertname} at PagerDuty`),
  );
const isPaged = (alertname: string) =>
  stack.pagerduty.received.slice(since.pagerduty).some(({ payload }) => payload.class === alertname);

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
const firesWarning = (alertname: string) => inSlack(alertname, 'FIRING', '#platform-warnings');
const resolvesWarning = (alertname: string) => inSlack(alertname, 'RESOLVED', '#platform-warnings');

const isFiring = async (alertname: string) =>
  (await stack.prometheus.query(`ALERTS{alertname="${alertname}",alertstate="firing"}`)).length > 0;
const fires = (alertname: string) => waitUntil(() => isFiring(alertname), told(`${alertname} to fire`));
const ends = (alertname: string) =>
  waitUntil(async () => !(await isFiring(alertname)), told(`${alertname} to end`));

/** What is near its limit, under way, overdue or fails: shown while it is so. */
const UNUSUAL = [
  'DAGs K',
  'Success and Failure E',
  'Time to the Deadline B',
  'Time to the Deadline C',
  'Task Execution Time C',
  'Task Execution Time D',
  // No task of the example is skipped.
  'Task Outcomes E',
  'Task Outcomes F',
  'Runs under Way C',
  'Runs under Way D',
  'Runs under Way E',
  'Runs under Way F',
  'Runs under Way G',
  'Age of the Last Run C',
  'Age of the Last Run D',
  'Age of the Last Run E',
  'Age of the Last Run F',
  'Start Lateness C',
  'Recovery Time A',
  'Recovery Time B',
  'Errors by Kind A',
  'Errors by Kind B',
  'Pipeline Execution Duration B',
  // The pipelines of the example do not stream.
  'Pipeline Execution Duration C',
  'Scheduler Heartbeat B',
  // They promise no freshness.
  'Pipelines C',
  'Pipelines F',
  'Pipelines H',
  'Pipelines I',
];

describe('while all is well', () => {
  test('every panel of Pipeline Status has data', () =>
    expectDataInEveryPanel(stack.prometheus, 'sightglass-pipelines', UNUSUAL));

  test('doctor says of each alert and each panel what is so of it here', async () => {
    const page = await (await fetch(stack.example.metricsUrl)).text();
    expect(falseVerdicts(page, exampleVerdicts['dag-sla'])).toEqual([]);
  });

  test('a task that succeeds when it is tried again wakes nobody', async () => {
    await stack.example.control.inject('flaky-source');
    await waitUntil(
      async () =>
        (
          await stack.prometheus.query(
            'dag_task_runs_total{task_id="extract",status="up_for_retry"} >= 2 and on (instance) dag_runs_total{status="success"} >= 3',
          )
        ).length > 0,
      told('two tries that were made again'),
    );
    await stack.example.control.repair('flaky-source');
    for (const alert of ['DagFailed', 'DagTaskFailed']) expect(await isFiring(alert)).toBe(false);
    expect(stack.pagerduty.received.map(({ payload }) => payload.summary)).toEqual([]);
  });
});

describe('what is broken reaches whom it should, and so does its recovery', () => {
  test('a run that fails wakes somebody, and that its task did is no second page', async () => {
    fromNow();
    await stack.example.control.inject('source-down');
    await firesCritical('DagFailed');
    await fires('DagTaskFailed');
    await fires('DagStale');
    expect(isPaged('DagTaskFailed')).toBe(false);
    await stack.example.control.repair('source-down');
    await resolvesCritical('DagFailed');
    await Promise.all([ends('DagTaskFailed'), ends('DagStale')]);
    // How long it took is known.
    await waitUntil(
      async () =>
        (await stack.prometheus.query('dag_id:dag_last_recovery_seconds:last_known > 5')).length > 0,
      told('a recovery'),
    );
  });

  test('a task that fails while the run goes on is written of', async () => {
    fromNow();
    await stack.example.control.inject('check-fails');
    await firesWarning('DagTaskFailed');
    expect(await isFiring('DagFailed')).toBe(false);
    await stack.example.control.repair('check-fails');
    await resolvesWarning('DagTaskFailed');
  });

  test('a run that is slow is told of before its deadline and when it is past; runs meet', async () => {
    fromNow();
    await stack.example.control.inject('slow', { seconds: 9 });
    await Promise.all([firesCritical('DagSlaMissed'), fires('DagSlaApproaching'), fires('DagOverlapping')]);
    await stack.example.control.repair('slow');
    await Promise.all([resolvesCritical('DagSlaMissed'), ends('DagSlaApproaching'), ends('DagOverlapping')]);
  });

  test('a loop that starts late, and one that starts twice', async () => {
    fromNow();
    await stack.example.control.inject('late', { seconds: 2 });
    await firesWarning('DagLate');
    await stack.example.control.repair('late');
    await resolvesWarning('DagLate');
    await stack.example.control.inject('slow', { seconds: 1 });
    await stack.example.control.inject('twice');
    await firesWarning('DagOverlapping');
    await stack.example.control.repair();
    await resolvesWarning('DagOverlapping');
  });

  test('a loop that starts nothing: a start is missed, then the DAG has stopped', async () => {
    fromNow();
    await stack.example.control.inject('skips');
    await fires('DagMissedRun');
    await firesCritical('DagStopped');
    expect(await isFiring('DagSchedulerDown')).toBe(false);
    await stack.example.control.repair('skips');
    await resolvesCritical('DagStopped');
    await ends('DagMissedRun');
  });

  test('a loop that comes round no more', async () => {
    fromNow();
    await stack.example.control.inject('stall');
    await firesCritical('DagSchedulerDown');
    await stack.example.control.repair('stall');
    await resolvesCritical('DagSchedulerDown');
  });

  test('a run that hangs, then a process that is gone, until a run has ended', async () => {
    fromNow();
    await stack.example.control.inject('hang');
    await firesCritical('DagStuck');
    await stack.example.kill();
    await fires('DagGone');
    await stack.example.restart();
    await resolvesCritical('DagStuck');
    await ends('DagGone');
  });

  test('a process that is gone wakes somebody, until its DAG has run again', async () => {
    await ends('DagStopped');
    await ends('DagStuck');
    fromNow();
    await stack.example.kill();
    await firesCritical('DagGone');
    await stack.example.restart();
    await resolvesCritical('DagGone');
  });

  test('a new DAG that nobody starts, one that is switched off, and two of the same id', async () => {
    fromNow();
    await stack.example.control.inject('new-dag');
    await fires('DagNeverSucceeded');
    await stack.example.control.repair('new-dag');
    await ends('DagNeverSucceeded');
    const copy = await stack.startCopy();
    await firesWarning('DagNameShared');
    await copy.kill();
    await resolvesWarning('DagNameShared');
    await stack.example.control.inject('disabled');
    await fires('DagDisabled');
    await stack.example.control.repair('disabled');
    await ends('DagDisabled');
  });

  // The copies of an hour are made once a minute here.
  test('every rule is evaluated without an error', async () => {
    const rules = await expectHealthyRules(stack.prometheus);
    expect(rules.filter(({ name }) => name.startsWith('Dag')).length).toBeGreaterThan(14);
  });

  test('no service refused what was sent to it', () => {
    expect([stack.pagerduty.refused, stack.slack.refused]).toEqual([[], []]);
  });
});
