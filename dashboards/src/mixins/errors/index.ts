import { processStart } from '@sightglass/rules';
import type { DashboardMixin } from '../../engine/mixin.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { byService, byType, errorNumbers, recent, shareByService, trend } from './panels.ts';

/** Reference system 000's Error Tracking: what fails, how often, and whether more than before. */

const errorsDashboard: DashboardSpec = {
  uid: 'sightglass-errors',
  title: 'Error Tracking',
  description:
    'Errors of all services, whatever counts them: how many, of which kinds, and whether more than before.',
  tags: ['errors', 'generated'],
  minInterval: '1m',
  from: 'now-24h',
  variables: [{ label: 'job', title: 'Job', of: processStart }],
  annotations: [],
  firing: {
    labels: ['job'],
    of: [
      'sightglass-api',
      'sightglass-scheduler',
      'sightglass-queues',
      'sightglass-offload',
      'sightglass-pipelines',
    ],
  },
  numbers: errorNumbers,
  panels: [byService, shareByService, byType, recent, trend],
  related: ['sightglass-api', 'sightglass-scheduler', 'sightglass-queues', 'sightglass-telemetry'],
};

/** It has no alerts of its own: what fails is told of by whatever it is. */
export const errorsMixin: DashboardMixin = {
  name: 'errors',
  dashboards: [errorsDashboard],
  exclusions: [
    ...['template-instance', 'target-instance'].map((rule) => ({
      rule,
      dashboard: errorsDashboard.uid,
      reason: 'An error is one of a service, whichever of its processes had it; the series are recorded so.',
    })),
    {
      rule: 'target-measure',
      dashboard: errorsDashboard.uid,
      panel: 'Error Types',
      reason:
        'A sample each minute of errors per second, added up and times sixty seconds, is how many there were.',
    },
  ],
};
