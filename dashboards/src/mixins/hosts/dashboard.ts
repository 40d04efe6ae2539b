import { up } from '@sightglass/rules';
import type { DashboardSpec } from '../../engine/spec.ts';
import { containerPanels, containers } from './panels/containers.ts';
import { machines, mishaps, network, resources } from './panels/machines.ts';
import { hostNumbers, services } from './panels/services.ts';

/** Reference system 000's System Health: what runs, and what it runs on. */
export const hostsDashboard: DashboardSpec = {
  uid: 'sightglass-hosts',
  title: 'System Health',
  description:
    'Whether everything that is scraped can be reached, and what machines and containers have in use: by the node exporter and cAdvisor.',
  tags: ['host', 'container', 'generated'],
  minInterval: '15s',
  from: 'now-6h',
  variables: [
    { label: 'job', title: 'Job', of: up },
    { label: 'instance', title: 'Instance', of: up },
  ],
  annotations: [],
  firing: { labels: ['job'], others: ['instance', 'mountpoint', 'device', 'pod', 'container'] },
  numbers: hostNumbers,
  panels: [services, machines, containers, ...resources, ...mishaps, ...network, ...containerPanels],
  related: ['sightglass-infrastructure', 'sightglass-system', 'sightglass-telemetry'],
};
