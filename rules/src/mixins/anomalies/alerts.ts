import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql, where } from '../../engine/promql/promql.ts';
import { isEnabled, score, sensitivity } from './recordings.ts';
import { intake, requests } from './traffic.ts';

/*
 * That something is unusual is no proof that it is wrong, so none of these pages.
 */

const panel = (title: string) => ({ uid: 'sightglass-anomalies', panel: title });

const unusual = (kind: 'volume' | 'value' | 'duration') => promql`${where(score, { kind })}
  and on (statistic, kind) (abs(${where(score, { kind })}) > on (statistic, kind) ${sensitivity})
  and on (statistic, kind) ${isEnabled}`;

const ofRun = {
  noForReason: 'A run has ended, and what it gave does not change by waiting.',
  severity: 'warning',
  runbook: 'anomalies',
  dashboard: panel('Runs'),
} as const;

/** Runs that gave what earlier ones did not. */
export const statisticAlerts: readonly AlertOptions[] = [
  {
    alert: 'AnomalyVolume',
    expr: unusual('volume'),
    ...ofRun,
    summary: 'A run moved an unusual amount.',
    description:
      'What the last run of {{ $labels.statistic }} moved lies {{ $value | humanize }} spreads from what earlier runs did.',
    impact: 'Data may be missing or there twice, for everybody who reads them.',
    action: 'Compare the run with those before it: what came in, what was filtered, whether it ran twice.',
  },
  {
    alert: 'AnomalyValue',
    expr: unusual('value'),
    ...ofRun,
    summary: 'A run gave an unusual value.',
    description:
      'The last value of {{ $labels.statistic }} lies {{ $value | humanize }} spreads from those of earlier runs.',
    impact: 'Whoever reads the value may decide by a wrong one.',
    action: 'Look at the rows that the value comes from; ask their source what has changed.',
  },
  {
    alert: 'AnomalyDuration',
    expr: unusual('duration'),
    ...ofRun,
    summary: 'A run took unusually long.',
    description:
      'The last run of {{ $labels.statistic }} took {{ $value | humanize }} spreads longer than earlier ones.',
    impact: 'What comes after it is late; it may soon miss its deadline.',
    action: 'See which task took the time, and whether there was more to do.',
  },
];

const ofHour = {
  for: minutes(15),
  keepFiringFor: minutes(15),
  severity: 'warning',
  runbook: 'anomalies',
} as const;

/** Hours in which services got other than in the same hour a week ago. */
export const requestAlerts: readonly AlertOptions[] = [
  {
    alert: 'AnomalyRequests',
    expr: requests.unusual('seasonal'),
    ...ofHour,
    summary: 'A service gets an unusual number of requests.',
    description:
      'The requests to {{ $labels.job }} of the last hour lie {{ $value | humanize }} spreads from those of the same hour a week ago.',
    impact: 'None by itself: users may not reach the service, or more may come than it is made for.',
    action: 'See which routes differ, and what was released, announced or blocked before.',
    dashboard: panel('Requests'),
  },
];

/** Hours in which queues did. */
export const intakeAlerts: readonly AlertOptions[] = [
  {
    alert: 'AnomalyIntake',
    expr: intake.unusual('seasonal'),
    ...ofHour,
    summary: 'A queue gets an unusual number of items.',
    description:
      'The items put into queue {{ $labels.queue }} in the last hour lie {{ $value | humanize }} spreads from those of the same hour a week ago.',
    impact: 'None by itself: what fills the queue may have stopped, or send everything twice.',
    action: 'See what puts items into the queue, and what of that has changed.',
    dashboard: panel('Items Enqueued'),
  },
];
