import { promql, queues } from '@sightglass/rules';
import { queueDeclared } from '@sightglass/worker/metrics';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval } from '../../engine/window.ts';
import {
  batchSizes,
  consumers,
  errorsByType,
  operations,
  processed,
  processingTime,
  queueDepth,
  waiting,
} from './panels/flow.ts';
import { averageBatch, currentDepth, errorRate, processedInDay } from './panels/now.ts';
import { queueNumbers, queueTable, queueTimeline } from './panels/states.ts';

/** Queues and their workers: are they worked off, how full are they, how long do items wait, how does the work end. Below the table and the timeline of all queues, the panels of the reference system. */
export const queueDashboard: DashboardSpec = {
  uid: 'sightglass-queues',
  title: 'Worker & Queue',
  description: 'Queues and the workers that consume them: depth, age, batches, errors and dead letters.',
  tags: ['queue', 'worker', 'generated'],
  minInterval: '15s',
  // As reference system 003 has it: whoever looks here does so while something happens.
  refresh: '10s',
  variables: [{ label: 'queue', title: 'Queue', of: queues.waitObjective }],
  annotations: [
    // A process declares its queues when it starts.
    restarts({
      by: ['queue'],
      changed: [promql`changes(${queueDeclared}[${rateInterval}])`],
      alive: queueDeclared,
      text: 'A process with the queue {{queue}} started.',
    }),
  ],
  firing: { labels: ['queue'] },
  numbers: queueNumbers,
  panels: [
    queueTable,
    queueTimeline,
    currentDepth,
    processedInDay,
    errorRate,
    averageBatch,
    queueDepth,
    processed,
    waiting,
    processingTime,
    batchSizes,
    errorsByType,
    operations,
    consumers,
  ],
  related: ['sightglass-telemetry'],
};
