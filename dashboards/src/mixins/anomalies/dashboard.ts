import { anomalies } from '@sightglass/rules';
import type { DashboardSpec } from '../../engine/spec.ts';
import { intake, requests, runsTable, runsTimeline, unusualRuns } from './panels.ts';

/** What is unusual, whether or not it is wrong. */
export const anomaliesDashboard: DashboardSpec = {
  uid: 'sightglass-anomalies',
  title: 'Anomalies',
  description:
    'What is unusual: numbers that runs give by the runs before them, and what comes in by the same hour a week ago.',
  tags: ['anomaly', 'data', 'generated'],
  minInterval: '1m',
  refresh: '1m',
  from: 'now-7d',
  variables: [
    { label: 'statistic', title: 'Statistic', of: anomalies.sensitivity },
    { label: 'kind', title: 'Kind', of: anomalies.sensitivity },
    { label: 'job', title: 'Job', of: anomalies.requests.hour, optional: true },
    { label: 'queue', title: 'Queue', of: anomalies.intake.hour, optional: true },
  ],
  annotations: [],
  firing: { labels: [], others: ['statistic', 'kind', 'job', 'queue'] },
  numbers: [unusualRuns],
  panels: [runsTable, runsTimeline, requests, intake],
  related: ['sightglass-api', 'sightglass-queues', 'sightglass-telemetry'],
};
