import { sqlCollectorDeclared } from '@sightglass/pipeline/metrics';
import { collectors, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval } from '../../engine/window.ts';
import { ages, durations, errorsByKind, found, replicas } from './panels/polls.ts';
import { collectorNumbers, queryTable, queryTimeline } from './panels/states.ts';

/** Collectors that poll a database: does each query succeed, how old is what it read, how long does it take, why does it fail. */
export const collectorDashboard: DashboardSpec = {
  uid: 'sightglass-collectors',
  title: 'SQL Collectors',
  description:
    'What polls a database for metrics: each query, whether it succeeds, how old what it read is, how long it takes.',
  tags: ['database', 'collector', 'generated'],
  minInterval: '15s',
  variables: [
    { label: 'collector', title: 'Collector', of: collectors.interval },
    { label: 'query', title: 'Query', of: collectors.interval, optional: true },
  ],
  annotations: [
    restarts({
      by: ['collector'],
      changed: [promql`changes(${sqlCollectorDeclared}[${rateInterval}])`],
      alive: sqlCollectorDeclared,
      text: 'A process with the collector {{collector}} started.',
    }),
  ],
  firing: { labels: ['collector'], others: ['query'] },
  numbers: collectorNumbers,
  panels: [queryTable, queryTimeline, ages, durations, errorsByKind, found, replicas],
  related: ['sightglass-telemetry'],
};
