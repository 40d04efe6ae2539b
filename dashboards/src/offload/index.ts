import { offloadInterval, offloadLagObjective } from '@sightglass/pipeline/metrics';
import { offload } from '@sightglass/rules';
import { firingAlerts } from '../marks.ts';
import type { DashboardSpec } from '../spec.ts';
import { windowVariable } from '../window.ts';
import { offloadPanels } from './panels.ts';
import { restarts } from './restarts.ts';

const UID = 'sightglass-offload';

/** The offload of tables to a cold tier: is it current, does it succeed, how fast is it. */
export const offloadDashboard: DashboardSpec = {
  uid: UID,
  title: 'Iceberg offload',
  description:
    'Rows on their way from the hot store to the cold tier: lag, success, speed and errors by table.',
  tags: ['iceberg', 'offload', 'cold-storage', 'generated'],
  minInterval: '15s',
  variables: [
    { label: 'layer', title: 'Layer', of: offloadInterval },
    { label: 'table', title: 'Table', of: offloadLagObjective },
  ],
  computed: [windowVariable(offload.windowSeconds, 3600)],
  annotations: [restarts, firingAlerts(UID, ['layer'], ['table'])],
  panels: offloadPanels,
  related: [{ uid: 'sightglass-telemetry', title: 'Telemetry' }],
};
