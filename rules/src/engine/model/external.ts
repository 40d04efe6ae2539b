import { type ExternalMetric, where } from '../promql/promql.ts';

/** What Prometheus and Alertmanager say of themselves and of their targets, as far as our rules and dashboards read it. */

export const up: ExternalMetric = { external: 'up', kind: 'gauge', labels: [], of: 'service' };

export const ALERTS: ExternalMetric = {
  external: 'ALERTS',
  kind: 'gauge',
  labels: ['alertname', 'alertstate', 'severity', 'component'],
  of: 'alerts',
};

/** Since when the condition of each alert has held, as a time: it has the labels of the alert, and Prometheus keeps it over a restart. */
export const ALERTS_FOR_STATE: ExternalMetric = {
  external: 'ALERTS_FOR_STATE',
  kind: 'gauge',
  labels: ['alertname', 'severity', 'component'],
  of: 'alerts',
};

/** Alerts of these names that fire. */
export const firing = (alertname: string | readonly string[]): ExternalMetric =>
  where(ALERTS, { alertname, alertstate: 'firing' });

export const ruleEvaluationFailures: ExternalMetric = {
  external: 'prometheus_rule_evaluation_failures_total',
  kind: 'counter',
  labels: ['rule_group'],
};

export const ruleIterationsMissed: ExternalMetric = {
  external: 'prometheus_rule_group_iterations_missed_total',
  kind: 'counter',
  labels: ['rule_group'],
};

export const notificationsDropped: ExternalMetric = {
  external: 'prometheus_notifications_dropped_total',
  kind: 'counter',
  labels: [],
};

export const notificationsFailed: ExternalMetric = {
  external: 'alertmanager_notifications_failed_total',
  kind: 'counter',
  labels: ['integration', 'reason'],
};

/** When a process began: restarts on dashboards. */
export const processStart: ExternalMetric = {
  external: 'process_start_time_seconds',
  kind: 'gauge',
  labels: [],
  of: 'service',
};

/** When the oldest sample of a Prometheus was taken, and how often it dropped data for age or size. */
export const lowestTimestamp: ExternalMetric = {
  external: 'prometheus_tsdb_lowest_timestamp_seconds',
  kind: 'gauge',
  labels: [],
};

export const timeRetentions: ExternalMetric = {
  external: 'prometheus_tsdb_time_retentions_total',
  kind: 'counter',
  labels: [],
};

export const sizeRetentions: ExternalMetric = {
  external: 'prometheus_tsdb_size_retentions_total',
  kind: 'counter',
  labels: [],
};

export const externalMetrics: readonly ExternalMetric[] = [
  up,
  ALERTS,
  ALERTS_FOR_STATE,
  ruleEvaluationFailures,
  ruleIterationsMissed,
  notificationsDropped,
  notificationsFailed,
  processStart,
  lowestTimestamp,
  timeRetentions,
  sizeRetentions,
];
