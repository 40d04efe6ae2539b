import { jobs, processStart, promql } from '@sightglass/rules';
import { jobEnabled } from '@sightglass/scheduler/metrics';
import type { AnnotationSpec, DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { activeConnections, connectionPool, queryDuration, queryErrors } from './panels/database.ts';
import { cpuNow, cpuUsage, memoryNow, memoryUsage, syncCpu } from './panels/processes.ts';
import { providerTimes, requestRate, requestsNow, responseTime } from './panels/requests.ts';

/** A window of a day holds four runs of a job that runs every six hours. */
const USUAL_WINDOW = 86_400;

/** A process that came back within a scrape or two shows by its start time, one that was away by its absence before. */
const restarts: AnnotationSpec = {
  name: 'Restarts',
  query: promql`max by (job, instance) (
      (changes(${processStart}[${rateInterval}]) > 0 or (${processStart} unless ${processStart} offset ${rateInterval}))
      and on (job, instance) ${jobEnabled}
    )`,
  color: 'blue',
  title: 'Restart',
  text: 'The process {{job}} {{instance}} started.',
};

/** What jobs cost the service round them: its processes, its database, its answers. The panels of the reference system, in its order. */
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
  annotations: [restarts],
  firing: { labels: ['job_name'], others: ['source'] },
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
  related: ['sightglass-scheduler', 'sightglass-slo', 'sightglass-telemetry'],
};
