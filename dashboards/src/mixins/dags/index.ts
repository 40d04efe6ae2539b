import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { pipelineDashboard } from './dashboard.ts';

/** DAGs, and the pipelines that they run. */
export const dagsMixin: DashboardMixin = {
  name: 'dags',
  dashboards: [pipelineDashboard],
  alerts: [...alertsOf('dags.yml'), ...alertsOf('pipelines.yml')],
  exclusions: withoutTargets(
    pipelineDashboard.uid,
    'Alerts and recorded series speak of DAGs and pipelines, whichever process runs them; a panel filtered by target would show something else than its alert compares.',
  ),
};
