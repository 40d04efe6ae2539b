import { alertStories } from '../story.ts';
import { minutes, seconds } from '../world/time.ts';

/**
 * Between two evaluations: a sample at the far end of a range is in it for Prometheus 2 and not for Prometheus 3, so that what happens at an
 * evaluation is told of for one evaluation longer by the one.
 */
const OFF_THE_GRID = seconds(15);

const FAILURES = 'prometheus_rule_evaluation_failures_total';

export const rulesFailing = alertStories(
  'SightglassRulesFailing',
  {
    severity: 'warning',
    summary: 'Prometheus can not evaluate some of the Sightglass rules.',
    runbook: 'telemetry.md#sightglassrulesfailing',
  },
  {
    'fires five minutes after an evaluation of one of our groups has failed, until a while after': async (
      s,
    ) => {
      const failures = (count: number) =>
        s.other(
          'prometheus',
          `${FAILURES}{rule_group="/etc/rules/offload.yml;sightglass-offload"} ${count}\n${FAILURES}{rule_group="/etc/rules/own.yml;own"} ${count}`,
        );
      failures(0);
      await s.wait(minutes(30) + OFF_THE_GRID);
      failures(1);
      await s.seen();
      const seen = s.now;
      const labels = { job: 'prometheus', rule_group: '/etc/rules/offload.yml;sightglass-offload' };
      await s.wait(minutes(5));
      s.fires(labels);
      await s.until(seen + minutes(15 + 15));
      s.resolves(labels);
      await s.wait(minutes(10));
    },
    'stays quiet while no evaluation fails, or only those of rules that are not ours': async (s) => {
      s.other(
        'prometheus',
        `${FAILURES}{rule_group="/etc/rules/own.yml;own"} 0\n${FAILURES}{rule_group="x;sightglass-telemetry"} 7`,
      );
      await s.wait(minutes(20));
      s.other(
        'prometheus',
        `${FAILURES}{rule_group="/etc/rules/own.yml;own"} 9\n${FAILURES}{rule_group="x;sightglass-telemetry"} 7`,
      );
      await s.wait(minutes(20));
    },
  },
);

const MISSED = 'prometheus_rule_group_iterations_missed_total';

export const rulesLate = alertStories(
  'SightglassRulesLate',
  {
    severity: 'warning',
    summary: 'Sightglass rules take longer than the interval at which they should be evaluated.',
    runbook: 'telemetry.md#sightglassruleslate',
  },
  {
    'fires five minutes after one of our groups has left out a second evaluation, until a while after':
      async (s) => {
        const missed = (count: number) =>
          s.other(
            'prometheus',
            `${MISSED}{rule_group="/etc/rules/offload.yml;sightglass-offload"} ${count}\n${MISSED}{rule_group="/etc/rules/own.yml;own"} ${9 * count}`,
          );
        const labels = { job: 'prometheus', rule_group: '/etc/rules/offload.yml;sightglass-offload' };
        missed(0);
        await s.wait(minutes(30) + OFF_THE_GRID);
        missed(1);
        await s.seen();
        const first = s.now;
        await s.wait(minutes(5));
        missed(2);
        await s.seen();
        await s.wait(minutes(5));
        s.fires(labels);
        await s.until(first + minutes(15 + 15));
        s.resolves(labels);
        await s.wait(minutes(10));
      },
    'stays quiet about one evaluation that was left out, and about those of rules that are not ours': async (
      s,
    ) => {
      s.other(
        'prometheus',
        `${MISSED}{rule_group="own.yml;own"} 0\n${MISSED}{rule_group="x;sightglass-jobs"} 0`,
      );
      await s.wait(minutes(20));
      s.other(
        'prometheus',
        `${MISSED}{rule_group="own.yml;own"} 9\n${MISSED}{rule_group="x;sightglass-jobs"} 1`,
      );
      await s.wait(minutes(20));
    },
  },
);

const DROPPED = 'prometheus_notifications_dropped_total';
const UNDELIVERED = 'alertmanager_notifications_failed_total';

export const notificationsLost = alertStories(
  'SightglassNotificationsLost',
  {
    severity: 'critical',
    summary: 'Alerts are raised, but not all of them are delivered.',
    runbook: 'telemetry.md#sightglassnotificationslost',
  },
  {
    'fires when Prometheus drops an alert, and when Alertmanager can not deliver one by one of its ways':
      async (s) => {
        s.other('prometheus', `${DROPPED}{alertmanager="a"} 0\n${DROPPED}{alertmanager="b"} 0`);
        const delivered = (failed: number) =>
          s.other(
            'alertmanager',
            [
              `${UNDELIVERED}{integration="email",reason="clientError"} 0`,
              `${UNDELIVERED}{integration="email",reason="serverError"} ${failed}`,
              `${UNDELIVERED}{integration="webhook",reason="other"} 0`,
            ].join('\n'),
          );
        delivered(0);
        await s.wait(minutes(30) + OFF_THE_GRID);
        s.other('prometheus', `${DROPPED}{alertmanager="a"} 1\n${DROPPED}{alertmanager="b"} 0`);
        await s.seen();
        const dropped = s.now;
        await s.wait(minutes(5));
        s.fires({ job: 'prometheus' });
        await s.wait(OFF_THE_GRID);
        delivered(1);
        await s.seen();
        const failed = s.now;
        await s.wait(minutes(5));
        s.fires({ job: 'alertmanager', integration: 'email' });
        await s.until(dropped + minutes(15 + 15));
        s.resolves({ job: 'prometheus' });
        await s.until(failed + minutes(15 + 15));
        s.resolves({ job: 'alertmanager', integration: 'email' });
        await s.wait(minutes(10));
      },
    'stays quiet while nothing is lost any more': async (s) => {
      s.other('prometheus', `${DROPPED}{alertmanager="a"} 3`);
      s.other('alertmanager', `${UNDELIVERED}{integration="email",reason="other"} 4`);
      await s.wait(minutes(40));
    },
  },
);

export const watchdog = alertStories(
  'Watchdog',
  {
    severity: 'none',
    summary: 'The way from Prometheus to the receiver works.',
    runbook: 'telemetry.md#watchdog',
  },
  {
    'fires from the first evaluation on, whatever there is': async (s) => {
      s.claims.push({ time: 0, firing: true, labels: {} });
      await s.start();
      await s.wait(minutes(10));
      s.die();
      await s.wait(seconds(90));
    },
  },
);
