import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { queueDashboard } from './dashboard.ts';

/** Queues and their workers. */
export const queuesMixin: DashboardMixin = {
  name: 'queues',
  dashboards: [queueDashboard],
  alerts: alertsOf('queues.yml'),
  exclusions: withoutTargets(
    queueDashboard.uid,
    'Alerts and recorded series speak of queues, whichever process works them off; a panel filtered by target would show something else than its alert compares.',
  ),
};
