import { waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { type DagStack, startDagStack } from './dag-stack.ts';
import { inTurn } from './in-turn.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';

let stack: DagStack;

beforeAll(async () => {
  stack = await startDagStack();
});

afterAll(() => stack?.stop());

/** Whether a title is about an alert; behind its name stand the estate and the owner, where there are any. */
const names = (title: string, alertname: string): boolean =>
  title.includes(`] ${alertname}:`) || title.includes(`] ${alertname},`);

/** What is told of one DAG, or of the loop that starts it, and how it is waited for. */
function told(of: string) {
  /** What was told since the last fault, so that the same alert can be waited for twice. */
  let since = { slack: 0, mail: 0, pagerduty: 0 };
  const isOf = (message: unknown) => JSON.stringify(message).includes(of);
  const inSlack = (alertname: string, status: 'FIRING' | 'RESOLVED', channel: string) =>
    waitUntil(
      () =>
        stack.slack.received.slice(since.slack).some((message) => {
          const { title } = message.attachments[0]!;
          const isMeant = title.startsWith(`[${status}`) && names(title, alertname) && isOf(message);
          return message.channel === channel && isMeant;
        }),
      { what: `${alertname} of ${of} ${status} in ${channel}` },
    );
  const byMail = (alertname: string, status: 'FIRING' | 'RESOLVED') =>
    waitUntil(
      () =>
        stack.mail.received
          .slice(since.mail)
          .some(
            (mail) =>
              mail.subject.startsWith(`[${status}`) && names(mail.subject, alertname) && isOf(mail.text),
          ),
      { what: `${alertname} of ${of} ${status} by mail` },
    );
  const pages = (alertname: string, action?: 'trigger' | 'resolve') =>
    stack.pagerduty.received
      .slice(since.pagerduty)
      .some(
        (event) =>
          (action === undefined || event.event_action === action) &&
          event.payload.class === alertname &&
          isOf(event.payload),
      );
  const onPager = (alertname: string, action: 'trigger' | 'resolve') =>
    waitUntil(() => pages(alertname, action), { what: `${action} of ${alertname} of ${of} at PagerDuty` });
  const isFiring = async (alertname: string) =>
    (await stack.prometheus.query(`ALERTS{alertname="${alertname}",alertstate="firing"}`)).some(
      ({ labels }) => labels.dag_id === of,
    );
  return {
    isFiring,
    /** Alertmanager has it, and holds it back. That no page has come yet would say nothing. */
    isHeldBack: (alertname: string) =>
      waitUntil(
        async () =>
          (await stack.alertmanager.alerts()).some(
            ({ labels, status }) =>
              labels.alertname === alertname && labels.dag_id === of && status.inhibitedBy.length > 0,
          ),
        { what: `${alertname} of ${of} to be held back`, pollMs: 200 },
      ),
    fromNow() {
      since = {
        slack: stack.slack.received.length,
        mail: stack.mail.received.length,
        pagerduty: stack.pagerduty.received.length,
      };
    },
    /** A critical alert reaches all three. */
    firesCritical: (alertname: string) =>
      Promise.all([
        onPager(alertname, 'trigger'),
        inSlack(alertname, 'FIRING', '#platform-critical'),
        byMail(alertname, 'FIRING'),
      ]),
    resolvesCritical: (alertname: string) =>
      Promise.all([
        onPager(alertname, 'resolve'),
        inSlack(alertname, 'RESOLVED', '#platform-critical'),
        byMail(alertname, 'RESOLVED'),
      ]),
    firesWarning: (alertname: string) => inSlack(alertname, 'FIRING', '#platform-warnings'),
    resolvesWarning: (alertname: string) => inSlack(alertname, 'RESOLVED', '#platform-warnings'),
    fires: (alertname: string) =>
      waitUntil(() => isFiring(alertname), { what: `${alertname} of ${of} to fire`, pollMs: 200 }),
    ends: (alertname: string) =>
      waitUntil(async () => !(await isFiring(alertname)), {
        what: `${alertname} of ${of} to end`,
        pollMs: 200,
      }),
  };
}

const loopIsDown = async () =>
  (await stack.prometheus.query('ALERTS{alertname="DagSchedulerDown",alertstate="firing"}')).length > 0;

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
    const page = await (await fetch(stack.reports.metricsUrl)).text();
    expect(falseVerdicts(page, exampleVerdicts['dag-sla'])).toEqual([]);
  });

  test('a task that succeeds when it is tried again wakes nobody', async () => {
    await stack.reports.control.inject('flaky-source');
    await waitUntil(
      async () =>
        (
          await stack.prometheus.query(
            'dag_task_runs_total{task_id="extract",status="up_for_retry"} >= 2 and on (instance) dag_runs_total{status="success"} >= 3',
          )
        ).length > 0,
      { what: 'two tries that were made again', pollMs: 200 },
    );
    await stack.reports.control.repair('flaky-source');
    const firing = await stack.prometheus.query(
      'ALERTS{alertname=~"DagFailed|DagTaskFailed",alertstate="firing"}',
    );
    expect(firing).toEqual([]);
    // A machine that is busy may have other troubles.
    const woken = stack.pagerduty.received.map(({ payload }) => payload.class);
    expect(woken.filter((alertname) => /^Dag(Task)?Failed$/.test(String(alertname)))).toEqual([]);
  });
});

describe.concurrent('what is broken reaches whom it should, and so does its recovery', () => {
  const ofReports = inTurn();
  const ofExports = inTurn();
  const report = told('daily-report');
  const dag = told('nightly-export');
  const loop = told('exports');
  const fresh = told('new-report');

  test(
    'a run that fails wakes somebody, and that its task did is no second page',
    ofReports(async () => {
      const { control } = stack.reports;
      await control.inject('source-down');
      await report.firesCritical('DagFailed');
      await report.isHeldBack('DagTaskFailed');
      await report.fires('DagStale');
      await control.repair('source-down');
      await report.resolvesCritical('DagFailed');
      await Promise.all([report.ends('DagTaskFailed'), report.ends('DagStale')]);
      // How long it took is known.
      await waitUntil(
        async () =>
          (
            await stack.prometheus.query(
              'dag_id:dag_last_recovery_seconds:last_known{dag_id="daily-report"} > 5',
            )
          ).length > 0,
        { what: 'a recovery', pollMs: 200 },
      );
    }),
  );

  test(
    'a loop that starts nothing: a start is missed, then the SLA, and that the DAG has stopped is no second page',
    ofExports(async () => {
      // Meanwhile both services declare a DAG of the same id, which nobody starts.
      for (const { control } of [stack.reports, stack.exports]) await control.inject('new-dag');
      const { control } = stack.exports;
      await control.inject('skips');
      await dag.fires('DagMissedRun');
      await dag.firesCritical('DagSlaMissed');
      await dag.isHeldBack('DagStopped');
      expect(await loopIsDown()).toBe(false);
      await control.repair('skips');
      await dag.resolvesCritical('DagSlaMissed');
      await Promise.all([dag.ends('DagStopped'), dag.ends('DagMissedRun')]);
    }),
  );

  test(
    'a task that fails while the run goes on is written of',
    ofReports(async () => {
      const { control } = stack.reports;
      report.fromNow();
      await control.inject('check-fails');
      await report.firesWarning('DagTaskFailed');
      expect(await report.isFiring('DagFailed')).toBe(false);
      await control.repair('check-fails');
      await report.resolvesWarning('DagTaskFailed');
    }),
  );

  test(
    'a loop that comes round no more',
    ofExports(async () => {
      const { control } = stack.exports;
      await control.inject('stall');
      await loop.firesCritical('DagSchedulerDown');
      await control.repair('stall');
      await loop.resolvesCritical('DagSchedulerDown');
    }),
  );

  test(
    'a run that is slow is told of before its deadline and when it is past; runs meet',
    ofReports(async () => {
      const { control } = stack.reports;
      report.fromNow();
      await control.inject('slow', { seconds: 9 });
      await Promise.all([
        report.firesCritical('DagSlaMissed'),
        report.fires('DagSlaApproaching'),
        report.fires('DagOverlapping'),
      ]);
      await control.repair('slow');
      await Promise.all([
        report.resolvesCritical('DagSlaMissed'),
        report.ends('DagSlaApproaching'),
        report.ends('DagOverlapping'),
      ]);
    }),
  );

  test(
    'a new DAG that nobody starts, and two of the same id',
    ofExports(async () => {
      await Promise.all([fresh.fires('DagNeverSucceeded'), fresh.firesWarning('DagNameShared')]);
      await stack.exports.control.repair('new-dag');
      await fresh.resolvesWarning('DagNameShared');
      await stack.reports.control.repair('new-dag');
      await fresh.ends('DagNeverSucceeded');
    }),
  );

  test(
    'a run that hangs, then a process that is gone, until a run has ended',
    ofExports(async () => {
      dag.fromNow();
      await stack.exports.control.inject('hang');
      await dag.firesCritical('DagSlaMissed');
      await dag.isHeldBack('DagStuck');
      await stack.exports.kill();
      await dag.isHeldBack('DagGone');
      await stack.exports.restart();
      await dag.resolvesCritical('DagSlaMissed');
      await dag.ends('DagGone');
    }),
  );

  test(
    'a process that is gone wakes somebody, until its DAG has run again',
    ofExports(async () => {
      await Promise.all(['DagStopped', 'DagStuck', 'DagSlaMissed'].map(dag.ends));
      dag.fromNow();
      await stack.exports.kill();
      await dag.firesCritical('DagGone');
      await stack.exports.restart();
      await dag.resolvesCritical('DagGone');
    }),
  );

  test(
    'a loop that starts late, and one that starts twice',
    ofReports(async () => {
      const { control } = stack.reports;
      report.fromNow();
      await control.inject('late', { seconds: 2 });
      await report.firesWarning('DagLate');
      await control.repair('late');
      await control.inject('slow', { seconds: 1 });
      await control.inject('twice');
      await report.firesWarning('DagOverlapping');
      await control.repair();
      await Promise.all([report.resolvesWarning('DagLate'), report.resolvesWarning('DagOverlapping')]);
    }),
  );

  test(
    'one that is switched off',
    ofExports(async () => {
      const { control } = stack.exports;
      await control.inject('disabled');
      await dag.fires('DagDisabled');
      await control.repair('disabled');
      await dag.ends('DagDisabled');
    }),
  );
});

describe('after all that', () => {
  // The copies of an hour are made once a minute here.
  test('every rule is evaluated without an error', async () => {
    const rules = await expectHealthyRules(stack.prometheus);
    expect(rules.filter(({ name }) => name.startsWith('Dag')).length).toBeGreaterThan(14);
  });

  test('no service refused what was sent to it', () => {
    expect([stack.pagerduty.refused, stack.slack.refused]).toEqual([[], []]);
  });
});
