import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { anomaliesDashboard } from './dashboard.ts';

/** What other dashboards on data show of it. */
export { runsTable, runsTimeline } from './panels.ts';

/** What is unusual: a run among runs, an hour among hours. */
export const anomaliesMixin: DashboardMixin = {
  name: 'anomalies',
  alerts: alertsOf('anomalies.yml'),
  dashboards: [anomaliesDashboard],
  exclusions: ['template-job', 'template-instance', 'target-instance', 'target-job'].map((rule) => ({
    rule,
    dashboard: anomaliesDashboard.uid,
    reason: 'Recorded series speak of runs, services and queues, whichever process they were done in.',
  })),
};
