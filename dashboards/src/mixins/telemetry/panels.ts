import {
  notificationsDropped,
  notificationsFailed,
  promql,
  ruleEvaluationFailures,
  ruleIterationsMissed,
  telemetry,
  thresholds,
  up,
} from '@sightglass/rules';
import { howMany } from '../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../engine/spec.ts';
import { byState } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { alertNamed } from '../alerts.ts';

const collectorAlert = alertNamed('SightglassCollectorFailing').expr;

const HALF = { width: 12, height: 8 } as const;

/** Zero for each job that exports our metrics: counters of mishaps have no series until the first one. */
const none = promql`0 * ${telemetry.targets}`;

/** Whether any measurement is lost on its way. */
export const telemetryNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Jobs down',
    description: 'Prometheus jobs of whose targets none answers any more. Should be 0.',
    wrong: promql`${telemetry.service.gone}`,
    of: promql`${up}`,
    state: 'down',
    color: 'red',
  }),
  howMany({
    title: 'Not read',
    description: 'Metrics that could not be read within their time limit. Should be 0.',
    wrong: collectorAlert,
    of: promql`${up}`,
    state: 'failing',
    color: 'red',
  }),
  howMany({
    title: 'Dropped',
    description: 'Metrics of which measurements were dropped in the last 15 minutes. Should be 0.',
    wrong: promql`${telemetry.droppedInWindow} > 0`,
    of: promql`${up}`,
    state: 'failing',
    color: 'yellow',
  }),
  howMany({
    title: 'Clocks off',
    description:
      'Processes whose clock is so far off that the ages which alerts compute are wrong. Should be 0.',
    wrong: promql`abs(${telemetry.skew}) > ${thresholds.clockSkew}`,
    of: promql`${up}`,
    state: 'failing',
    color: 'yellow',
  }),
];

/** The way of a measurement, in order. */
export const telemetryPanels: readonly PanelSpec[] = [
  {
    title: 'Targets up',
    description:
      'How many targets of each Prometheus job export Sightglass metrics now. "down": targets are known, but none answers; "gone": the job of the last week has no target at all.',
    type: 'stat',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        ...byState([
          { name: 'up', color: 'green', query: promql`${telemetry.targets}` },
          {
            name: 'down',
            color: 'red',
            query: promql`0 * (${telemetry.service.gone} and on (job) ${up})`,
          },
          { name: 'gone', color: 'red', query: promql`0 * (${alertNamed('SightglassTargetAbsent').expr})` },
        ]),
        legend: '{{job}}',
      },
    ],
  },
  {
    title: 'Collector success',
    description:
      'Whether each metric that is read at a scrape could be read within its time limit: 1, or 0 and red.',
    type: 'stat',
    unit: unit.count,
    ...HALF,
    max: 1,
    queries: [
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`min by (job, collector) (${telemetry.collectorSuccess}) unless on (job, collector) (${collectorAlert})`,
          },
          { name: 'failing', color: 'red', query: collectorAlert },
        ]),
        legend: '{{job}} {{collector}}',
      },
    ],
  },
  {
    title: 'Overflowed measurements',
    description:
      'Measurements of the last 15 minutes whose metric had more label values than it may keep. They count in totals, but no longer by label. Should be 0.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`${telemetry.overflowedInWindow} or on (job) ${none}`,
        legend: '{{job}} {{metric}}',
      },
    ],
  },
  {
    title: 'Dropped measurements',
    description:
      'Measurements of the last 15 minutes that were not recorded because a value or a label was not valid. Should be 0.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`${telemetry.droppedInWindow} or on (job) ${none}`,
        legend: '{{job}} {{metric}} {{reason}}',
      },
    ],
  },
  {
    title: 'Rule failures',
    description:
      'Rule evaluations of the last minutes that failed, by group. Should be 0. Needs a Prometheus that scrapes itself.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`sum by (job, rule_group) (increase(${ruleEvaluationFailures}[$__rate_interval]))`,
        legend: '{{rule_group}}',
      },
    ],
  },
  {
    title: 'Missed rule evaluations',
    description:
      'Evaluations of rule groups that were left out because the one before was not done. Should be 0. Needs a Prometheus that scrapes itself.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`sum by (job, rule_group) (increase(${ruleIterationsMissed}[$__rate_interval]))`,
        legend: '{{rule_group}}',
      },
    ],
  },
  {
    title: 'Clock skew',
    description:
      'How far the clock of each process is ahead of the clock of Prometheus; below 0 when it is behind. Beyond the lines the ages that alerts compute are wrong.',
    type: 'timeseries',
    unit: unit.seconds,
    ...HALF,
    queries: [
      { query: promql`${telemetry.skew}`, legend: '{{job}} {{instance}}', line: thresholds.clockSkew },
    ],
  },
  {
    title: 'Missing processes',
    description:
      'Of the processes and threads whose metrics each instance serves, how many are not heard of. Should be 0. Absent where a process serves itself alone.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`${telemetry.processesMissing}`,
        legend: '{{job}} {{instance}}',
      },
    ],
  },
  {
    title: 'Lost notifications',
    description:
      'Notifications that Prometheus could not hand to Alertmanager, or Alertmanager not to a receiver. Should be 0. Needs a Prometheus that scrapes itself and Alertmanager.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      {
        query: promql`sum by (job) (increase(${notificationsDropped}[$__rate_interval]))`,
        legend: '{{job}} dropped',
      },
      {
        query: promql`sum by (job, integration) (increase(${notificationsFailed}[$__rate_interval]))`,
        legend: '{{job}} {{integration}} failed',
      },
    ],
  },
];
