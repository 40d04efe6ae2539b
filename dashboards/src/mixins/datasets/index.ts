import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { datasetDashboard } from './dashboard.ts';
import { overviewDashboard } from './overview.ts';

/** Data sets: how new, complete and right they are. */
export const datasetsMixin: DashboardMixin = {
  name: 'datasets',
  dashboards: [datasetDashboard, overviewDashboard],
  alerts: alertsOf('datasets.yml'),
  exclusions: [datasetDashboard, overviewDashboard].flatMap(({ uid }) =>
    withoutTargets(
      uid,
      'Alerts and recorded series speak of data sets, whichever process loads or checks them; a panel filtered by target would show something else than its alert compares.',
    ),
  ),
};
