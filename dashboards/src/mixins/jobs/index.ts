import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { schedulerDashboard } from './dashboard.ts';

const { uid } = schedulerDashboard;

/** Scheduled jobs. */
export const jobsMixin: DashboardMixin = {
  name: 'jobs',
  dashboards: [schedulerDashboard],
  alerts: alertsOf('jobs.yml'),
  exclusions: [
    ...withoutTargets(
      uid,
      'Alerts and recorded series speak of scheduled jobs and their sources, whichever replica runs them; the process that ran a job last is not always the one that runs it next.',
    ),
  ],
};
