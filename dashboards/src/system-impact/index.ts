import { jobs, processStart } from '@sightglass/rules';
import { jobEnabled } from '@sightglass/scheduler/metrics';
import { firingAlerts } from '../marks.ts';
import type { DashboardSpec } from '../spec.ts';
import { windowVariable } from '../window.ts';
import { activeConnections, connectionPool, queryDuration, queryErrors } from './database.ts';
import { cpuNow, cpuUsage, memoryNow, memoryUsage, syncCpu } from './processes.ts';
import { providerTimes, requestRate, requestsNow, responseTime } from './requests.ts';
import { restarts } from './restarts.ts';

const UID = 'sightglass-system';

/** A window of a day holds four runs of a job that runs every six hours. */
const USUAL_WINDOW = 86_400;

/** What jobs cost the service round them: its processes, its database, its answers. The panels of the reference system, in its order. */
export const systemDashboard: DashboardSpec = {
  uid: UID,
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
  annotations: [restarts, firingAlerts(UID, ['job_name'], ['source'])],
  panels: [
    cpuUsage,
    memoryUsage,
    queryDuration,
    responseTime,
    requestRate,
    connectionPool,
    syncCpu,
    providerTimes,
    queryErrors,
    cpuNow,
    memoryNow,
    activeConnections,
    requestsNow,
  ],
  related: [
    { uid: 'sightglass-scheduler', title: 'Scheduler Health' },
    { uid: 'sightglass-slo', title: 'SLO Tracking' },
    { uid: 'sightglass-telemetry', title: 'Telemetry' },
  ],
};
