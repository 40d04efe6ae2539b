import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { collectorDashboard } from './dashboard.ts';

/** Collectors that poll a database, and their queries. */
export const collectorsMixin: DashboardMixin = {
  name: 'collectors',
  dashboards: [collectorDashboard],
  alerts: alertsOf('collectors.yml'),
  exclusions: withoutTargets(
    collectorDashboard.uid,
    'Alerts and recorded series speak of collectors, whichever replica polls; a panel filtered by target would show something else than its alert compares.',
  ),
};
