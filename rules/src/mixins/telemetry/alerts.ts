import {
  notificationsDropped,
  notificationsFailed,
  ruleEvaluationFailures,
  ruleIterationsMissed,
  up,
} from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { matching, promql } from '../../engine/promql/promql.ts';
import {
  collectorSuccess,
  droppedInWindow,
  overflowedInWindow,
  processesMissing,
  service,
  skew,
  WINDOW,
} from './recordings.ts';
import {
  clockSkew,
  droppedMeasurements,
  missedIterations,
  missingProcesses,
  overflowedMeasurements,
  ruleFailures,
  undeliveredNotifications,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-telemetry', panel: title });

/** The target is a PromQL matcher list such as `job="offload"`; without one, a job counts that was there in the last week. */
function targetAbsent(target: string | undefined): AlertOptions {
  return {
    alert: 'SightglassTargetAbsent',
    expr:
      target === undefined
        ? promql`${service.seen} unless on (job) ${up}`
        : promql`absent(${matching(up, target)} == 1)`,
    for: minutes(5),
    severity: 'warning',
    summary: 'Prometheus has no target for a service that should be scraped.',
    description:
      target === undefined
        ? 'The job {{ $labels.job }} exported metrics in the last seven days and now has no target at all.'
        : `No target that matches {${target}} answers.`,
    impact: 'Nothing about the service is measured, so no alert about it can fire on fresh data.',
    action: 'Compare the scrape configuration and the service discovery with what runs.',
    runbook: 'telemetry',
    dashboard: panel('Targets up'),
  };
}

const alertsOnThePath: readonly AlertOptions[] = [
  {
    alert: 'SightglassCollectorFailing',
    expr: promql`min by (job, collector) (${collectorSuccess}) == 0`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A metric that is read at each scrape can not be read.',
    description: 'The collector {{ $labels.collector }} of job {{ $labels.job }} fails or takes too long.',
    impact: 'The metric is missing, or keeps its last value; alerts on it judge old data.',
    action: 'Look up the collector in the log of the service; run what it reads by hand.',
    runbook: 'telemetry',
    dashboard: panel('Collector success'),
  },
  {
    alert: 'SightglassCardinalityOverflow',
    expr: promql`${overflowedInWindow} > ${overflowedMeasurements}`,
    for: minutes(5),
    keepFiringFor: WINDOW,
    severity: 'warning',
    summary: 'A metric has more label values than it may keep.',
    description:
      '{{ $value | humanize }} measurements of {{ $labels.metric }} in job {{ $labels.job }} went to its overflow series in 15 minutes.',
    impact:
      'These measurements count in totals, but no longer by label: panels and alerts by label miss them.',
    action: 'Find the label whose values are not a small set, and record something else in it.',
    runbook: 'telemetry',
    dashboard: panel('Overflowed measurements'),
  },
  {
    alert: 'SightglassMeasurementsDropped',
    expr: promql`${droppedInWindow} > ${droppedMeasurements}`,
    for: minutes(5),
    keepFiringFor: WINDOW,
    severity: 'warning',
    summary: 'Measurements are dropped because they are not valid.',
    description:
      '{{ $value | humanize }} measurements of {{ $labels.metric }} in job {{ $labels.job }} were dropped in 15 minutes: {{ $labels.reason }}.',
    impact: 'The metric shows less than what happened; alerts on it may stay silent.',
    action: 'Find the call that records {{ $labels.metric }} and the value that it gives.',
    runbook: 'telemetry',
    dashboard: panel('Dropped measurements'),
  },
  {
    alert: 'SightglassRulesFailing',
    expr: promql`sum by (job, rule_group) (increase(${ruleEvaluationFailures}{rule_group=~".*;sightglass-.*"}[${WINDOW}]))
      > ${ruleFailures}`,
    for: minutes(5),
    keepFiringFor: WINDOW,
    severity: 'warning',
    ofMonitoring: true,
    summary: 'Prometheus can not evaluate some of the Sightglass rules.',
    description:
      '{{ $value | humanize }} evaluations of the rule group {{ $labels.rule_group }} failed in 15 minutes.',
    impact: 'Alerts of this group can not fire, whatever happens.',
    action: 'Read the error of the rule on the Rules page of Prometheus.',
    runbook: 'telemetry',
    dashboard: panel('Rule failures'),
  },
  {
    alert: 'SightglassRulesLate',
    expr: promql`sum by (job, rule_group) (increase(${ruleIterationsMissed}{rule_group=~".*;sightglass-.*"}[${WINDOW}]))
      > ${missedIterations}`,
    for: minutes(5),
    keepFiringFor: WINDOW,
    ofMonitoring: true,
    severity: 'warning',
    summary: 'Sightglass rules take longer than the interval at which they should be evaluated.',
    description:
      '{{ $value | humanize }} evaluations of the rule group {{ $labels.rule_group }} were left out in 15 minutes, because the one before was not done.',
    impact: 'Alerts of this group come late, and what it records has gaps.',
    action: 'See how long the group takes and what else Prometheus does; give it more CPU, or fewer series.',
    runbook: 'telemetry',
    dashboard: panel('Missed rule evaluations'),
  },
  {
    alert: 'SightglassClockSkewed',
    expr: promql`abs(${skew}) > ${clockSkew}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'The clock of a process and that of Prometheus differ.',
    description:
      'The clock of {{ $labels.instance }} (job {{ $labels.job }}) and that of Prometheus are {{ $value | humanizeDuration }} apart.',
    impact:
      'Every age that alerts compute from the times which this process states is wrong by as much: they fire for nothing, or too late.',
    action: 'See which of the two hosts keeps its time by NTP and which does not; repair that one.',
    runbook: 'telemetry',
    dashboard: panel('Clock skew'),
  },
  {
    alert: 'SightglassProcessesMissing',
    expr: promql`max by (job) (${processesMissing}) > ${missingProcesses}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'Processes whose metrics another one serves are not heard of.',
    description:
      '{{ $value | humanize }} of the processes that one instance of job {{ $labels.job }} serves are frozen, busy without a pause, or have not come.',
    impact:
      'What they measure is not in the export, and they hardly do their work; what they had handed over stays.',
    action: 'Find the worker that answers nothing, and see in a profile or its log what holds it.',
    runbook: 'telemetry',
    dashboard: panel('Missing processes'),
  },
  {
    alert: 'SightglassNotificationsLost',
    expr: promql`sum by (job) (increase(${notificationsDropped}[${WINDOW}])) > ${undeliveredNotifications}
      or
      sum by (job, integration) (increase(${notificationsFailed}[${WINDOW}])) > ${undeliveredNotifications}`,
    for: minutes(5),
    keepFiringFor: WINDOW,
    severity: 'critical',
    ofMonitoring: true,
    summary: 'Alerts are raised, but not all of them are delivered.',
    description:
      '{{ $value | humanize }} notifications{{ with $labels.integration }} to {{ . }}{{ end }} were lost in 15 minutes by job {{ $labels.job }}.',
    impact: 'People on call do not hear of what fires; this very alert may reach them by another way only.',
    action: 'See in the log of Alertmanager why the receiver refuses or can not be reached.',
    runbook: 'telemetry',
    dashboard: panel('Lost notifications'),
  },
  {
    alert: 'Watchdog',
    expr: promql`vector(1)`,
    noForReason: 'The heartbeat must beat from the first evaluation on.',
    severity: 'none',
    ofMonitoring: true,
    summary: 'The way from Prometheus to the receiver works.',
    description: 'This alert always fires. Whoever receives it should raise an alarm when it stops coming.',
    impact: 'None while it fires. When it stops, no alert is delivered any more.',
    action: 'Nothing while it fires. When it stops, see whether Prometheus and Alertmanager run.',
    runbook: 'telemetry',
    dashboard: panel('Targets up'),
  },
];

/** The alerts on the way of a measurement itself, from the process to the phone. */
export const telemetryAlerts = (target?: string): readonly AlertOptions[] => [
  targetAbsent(target),
  ...alertsOnThePath,
];
