import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import {
  collector,
  exportedBy,
  isDisabled,
  isEnabled,
  meanDuration,
  services,
  stale,
  standstill,
  success,
  timeout,
  values,
  valuesExpected,
  view,
} from './recordings.ts';
import { collectorSharedName, collectorSlowRatio } from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-collectors', panel: title });

/** With the service that has it, so that what is wrong with the service or its database holds back what comes of that. */
const withService = promql`* on (collector) group_left (job) ${exportedBy}`;

/** Of a query that is still asked. */
const ofNow = promql`and on (collector, query) ${view} and on (collector) ${isEnabled}`;

/** The alerts on collectors, the critical ones first. */
export const collectorAlerts: readonly AlertOptions[] = [
  {
    alert: 'CollectorGone',
    expr: promql`(${standstill} and on (collector) ${collector.gone}) ${withService}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A collector has not polled since the process that had it went away.',
    description:
      'Nobody exports collector {{ $labels.collector }}, which service {{ $labels.job }} had; it last polled {{ $value | humanizeDuration }} ago.',
    impact: 'What it reads from the database is not known any more; alerts and panels on it are blind.',
    incident: ['job'],
    action:
      'See whether the application runs; start it, or repair the way from Prometheus to its metrics. If the collector was removed on purpose, say so with retireSqlCollector().',
    runbook: 'collectors',
    dashboard: panel('Replicas That Poll'),
  },
  {
    alert: 'CollectorStopped',
    expr: promql`${standstill} unless on (collector) ${collector.gone}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A collector no longer polls.',
    description:
      'Collector {{ $labels.collector }} is there and last polled {{ $value | humanizeDuration }} ago.',
    impact: 'What it reads from the database is not known any more; alerts and panels on it are blind.',
    action:
      'See whether every replica stands by, and who holds the lock; else whether the process is held by something that computes.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorStale',
    expr: promql`${stale} ${withService}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'What a query reads is older than it may be.',
    description:
      'Query {{ $labels.query }} of collector {{ $labels.collector }} of {{ $labels.job }} last succeeded {{ $value | humanizeDuration }} ago, or has never.',
    impact: 'What the query reads is not known any more; alerts and panels on it are blind.',
    incident: ['collector'],
    action:
      'Look up the error_type of the errors, then the error in the log line "A query of a collector fails"; see whether the database answers.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorFailing',
    expr: promql`((${success} == 0) ${ofNow}) ${withService}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A query of a collector fails.',
    description:
      'Polls of query {{ $labels.query }} of collector {{ $labels.collector }} of {{ $labels.job }} fail.',
    impact: 'None yet; what was read last is shown until it is too old.',
    action:
      'Look up the error_type of the errors, then the error in the log line "A query of a collector fails".',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorSlow',
    expr: promql`(${meanDuration} > on (collector, query) ${collectorSlowRatio} * ${timeout}) ${ofNow}`,
    for: minutes(15),
    severity: 'warning',
    summary: 'A query of a collector takes nearly as long as it may.',
    description:
      'Query {{ $labels.query }} of collector {{ $labels.collector }} takes {{ $value | humanizeDuration }} on average.',
    impact: 'It loads the database at each poll, and soon it will be ended before it has an answer.',
    action: 'Look at its plan: give it an index or a shorter range; or poll less often.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorEmpty',
    expr: promql`(${values} < on (collector, query) ${valuesExpected} and on (collector, query) (${success} == 1)) ${ofNow}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A query succeeds and finds less than it should.',
    description:
      'Query {{ $labels.query }} of collector {{ $labels.collector }} gives {{ $value | humanize }} values, fewer than it declares.',
    impact: 'What has no value has no series: alerts on it are quiet, whatever is true.',
    action:
      'See whether its table is empty, or what it groups by has gone. Where that is well, declare what it expects.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorNameShared',
    expr: promql`${services} > ${collectorSharedName}`,
    for: minutes(30),
    severity: 'warning',
    summary: 'Two services have a collector of the same name.',
    description: 'The collector {{ $labels.collector }} is declared by {{ $value | humanize }} services.',
    impact: 'They count as one collector: when one of them stops or fails, the other hides it.',
    action:
      'Give one of the collectors another name, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
  {
    alert: 'CollectorDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A collector is paused.',
    description: 'Collector {{ $labels.collector }} has been disabled; nothing of what it reads is known.',
    impact: 'Alerts and panels on what it reads are blind, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'collectors',
    dashboard: panel('Queries'),
  },
];
