import { up } from '@sightglass/rules';
import type { DashboardSpec } from '../../engine/spec.ts';
import { telemetryNumbers, telemetryPanels } from './panels.ts';

/** The measuring itself: does every number arrive that should. */
export const telemetryDashboard: DashboardSpec = {
  uid: 'sightglass-telemetry',
  title: 'Sightglass telemetry',
  shortTitle: 'Telemetry',
  description: 'The way of a measurement, from the process to the notification: targets, readings, losses.',
  tags: ['telemetry', 'generated'],
  // OTLP readers push once a minute unless told otherwise.
  minInterval: '1m',
  variables: [{ label: 'job', title: 'Job', of: up }],
  annotations: [],
  firing: { labels: ['job'] },
  numbers: telemetryNumbers,
  panels: telemetryPanels,
  related: ['sightglass-offload', 'sightglass-scheduler'],
};
