import { jobs, processStart, promql } from '@sightglass/rules';
import { jobEnabled } from '@sightglass/scheduler/metrics';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { routes } from '../http/panels.ts';
import { activeConnections, connectionPool, queryDuration, queryErrors } from './panels/database.ts';
import { cpuNow, cpuUsage, memoryNow, memoryUsage, syncCpu } from './panels/processes.ts';
import { providerTimes, requestRate, requestsNow, responseTime } from './panels/requests.ts';

/** A window of a day holds four runs of a job that runs every six hours. */
const USUAL_WINDOW = 86_400;

/** What jobs cost the service round them: its processes, its database, its answers. The panels of the reference system: its current numbers in the first row, its graphs
 * in its order. */
export const systemDashboard: DashboardSpec = {
  uid: 'sightglass-system',
  title: 'System Impact',
  description:
    'What jobs and syncs cost: CPU and memory of the processes that have them, the database, the providers, and the answers of the API meanwhile.',
  tags: ['scheduler', 'process', 'http', 'database', 'generated'],
  minInterval: '30s',
  from: 'now-6h',
  variables: [
    { label: 'job', title: 'Job', of: processStart },
    { label: 'instance', title: 'Instance', of: processStart },
    { label: 'job_name', title: 'Scheduled job', of: jobEnabled },
  ],
  computed: [windowVariable(jobs.windowSeconds, USUAL_WINDOW)],
  annotations: [
    restarts({
      by: ['job', 'instance'],
      changed: [promql`changes(${processStart}[${rateInterval}])`],
      alive: processStart,
      among: jobEnabled,
      text: 'The process {{job}} {{instance}} started.',
    }),
  ],
  firing: { labels: ['job_name'], others: ['source'] },
  numbers: [cpuNow, memoryNow, activeConnections, requestsNow],
  panels: [
    routes,
    cpuUsage,
    memoryUsage,
    queryDuration,
    responseTime,
    requestRate,
    connectionPool,
    syncCpu,
    providerTimes,
    queryErrors,
  ],
  related: ['sightglass-scheduler', 'sightglass-api', 'sightglass-slo', 'sightglass-telemetry'],
};
