import { jobs, promql, sync } from '@sightglass/rules';
import { jobDeclared } from '@sightglass/scheduler/metrics';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { items, sourceAges, sources } from '../syncs/panels.ts';
import { errorRate, errors, intervals, manual } from './panels/counts.ts';
import { duration, outcomes } from './panels/runs.ts';
import { jobNumbers, jobTable, jobTimeline } from './panels/states.ts';
import { statusPanels } from './panels/status.ts';

/** A window of a day holds four runs of a job that runs every six hours. */
const USUAL_WINDOW = 86_400;

/** Scheduled jobs and syncs: do they run, do they succeed, how fresh is what they keep up to date. Below the table and the timeline of all jobs, the panels of the reference system in its order. */
export const schedulerDashboard: DashboardSpec = {
  uid: 'sightglass-scheduler',
  title: 'Scheduler Health',
  description:
    'Scheduled jobs and the syncs among them: whether they run, how runs end, how long they take, and how old each source is.',
  tags: ['scheduler', 'jobs', 'sync', 'generated'],
  minInterval: '30s',
  from: 'now-24h',
  variables: [
    { label: 'job_name', title: 'Scheduled job', of: jobs.interval },
    { label: 'source', title: 'Source', of: sync.sourceFirstSeen },
  ],
  computed: [windowVariable(jobs.windowSeconds, USUAL_WINDOW)],
  annotations: [
    // A process declares its jobs when it starts.
    restarts({
      by: ['job_name'],
      changed: [promql`changes(${jobDeclared}[${rateInterval}])`],
      alive: jobDeclared,
      text: 'A process with the job {{job_name}} started.',
    }),
  ],
  firing: { labels: ['job_name'], others: ['source'] },
  numbers: jobNumbers,
  panels: [
    jobTable,
    jobTimeline,
    ...statusPanels,
    outcomes,
    duration,
    items,
    sourceAges,
    errors,
    intervals,
    manual,
    sources,
    errorRate,
  ],
  related: ['sightglass-system', 'sightglass-slo', 'sightglass-telemetry'],
};
