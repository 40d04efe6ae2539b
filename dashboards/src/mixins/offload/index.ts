import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { offloadDashboard } from './dashboard.ts';

/** The offload of tables to a cold tier. */
export const offloadMixin: DashboardMixin = {
  name: 'offload',
  dashboards: [offloadDashboard],
  alerts: alertsOf('offload.yml'),
  exclusions: withoutTargets(
    offloadDashboard.uid,
    'Alerts and recorded series speak of layers and tables, whichever process exports them; a panel filtered by target would show something else than its alert compares. Installations are told apart by the selector of the command line.',
  ),
};
