import { jobs, sync } from '@sightglass/rules';
import { firingAlerts } from '../marks.ts';
import type { DashboardSpec } from '../spec.ts';
import { windowVariable } from '../window.ts';
import { errorRate, errors, intervals, manual } from './counts.ts';
import { restarts } from './restarts.ts';
import { duration, items, outcomes, sourceAges, sources } from './runs.ts';
import { statusPanels } from './status.ts';

const UID = 'sightglass-scheduler';

/** A window of a day holds four runs of a job that runs every six hours. */
const USUAL_WINDOW = 86_400;

/** Scheduled jobs and syncs: do they run, do they succeed, how fresh is what they keep up to date. The panels of the reference system, in its order. */
export const schedulerDashboard: DashboardSpec = {
  uid: UID,
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
  annotations: [restarts, firingAlerts(UID, ['job_name'], ['source'])],
  panels: [
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
  related: [
    { uid: 'sightglass-system', title: 'System Impact' },
    { uid: 'sightglass-slo', title: 'SLO Tracking' },
    { uid: 'sightglass-telemetry', title: 'Telemetry' },
  ],
};
