import { processStart, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval } from '../../engine/window.ts';
import {
  databasePanels,
  healthChecks,
  infrastructureNumbers,
  processPanels,
  resourcesNow,
  services,
} from './panels/infrastructure.ts';

/** The processes of services and what they stand on: reference system 003's third dashboard. */
export const infrastructureDashboard: DashboardSpec = {
  uid: 'sightglass-infrastructure',
  title: 'Database & Infrastructure',
  shortTitle: 'Infrastructure',
  description:
    'Whether services are there and can work: their processes, by what each may use, their health checks, databases and caches.',
  tags: ['service', 'process', 'database', 'generated'],
  minInterval: '15s',
  // As reference system 003 has it: whoever looks here does so while something happens.
  refresh: '10s',
  variables: [
    { label: 'job', title: 'Job', of: processStart },
    { label: 'instance', title: 'Instance', of: processStart },
  ],
  annotations: [
    restarts({
      by: ['job', 'instance'],
      changed: [promql`changes(${processStart}[${rateInterval}])`],
      alive: processStart,
      text: 'The process {{job}} {{instance}} started.',
    }),
  ],
  firing: {
    labels: ['job'],
    others: ['instance', 'check', 'db_system_name', 'db_client_connection_pool_name'],
  },
  numbers: infrastructureNumbers,
  panels: [services, ...resourcesNow, ...databasePanels, ...processPanels, healthChecks],
  related: ['sightglass-api', 'sightglass-system', 'sightglass-telemetry'],
};
