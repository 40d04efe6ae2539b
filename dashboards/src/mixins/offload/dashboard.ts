import { offloadCycleDuration, offloadInterval, offloadLagObjective } from '@sightglass/pipeline/metrics';
import { countOf, offload, processStart, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { offloadNumbers, offloadPanels, offloadTables } from './panels.ts';

/** The offload of tables to a cold tier: is it current, does it succeed, how fast is it. */
export const offloadDashboard: DashboardSpec = {
  uid: 'sightglass-offload',
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
  annotations: [
    restarts({
      by: ['layer'],
      changed: [
        promql`resets(${countOf(offloadCycleDuration)}[${rateInterval}])`,
        promql`0 * ${offloadInterval} + on (job, instance) group_left () changes(${processStart}[${rateInterval}])`,
      ],
      alive: offloadInterval,
      text: 'The scheduler of layer {{layer}} started.',
    }),
  ],
  firing: { labels: ['layer'], others: ['table'] },
  numbers: offloadNumbers,
  panels: [...offloadTables, ...offloadPanels],
  related: ['sightglass-telemetry'],
};
