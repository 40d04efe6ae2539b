import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { telemetryDashboard } from './dashboard.ts';

const { uid } = telemetryDashboard;

/** The measuring itself. */
export const telemetryMixin: DashboardMixin = {
  name: 'telemetry',
  dashboards: [telemetryDashboard],
  alerts: alertsOf('telemetry.yml'),
  exclusions: [
    ...['template-instance', 'target-instance'].map((rule) => ({
      rule,
      dashboard: uid,
      reason:
        'The alerts speak of jobs; a job whose instances are filtered out would look as if it were gone.',
    })),
  ],
};
