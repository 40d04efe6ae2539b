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
    ...['Overflowed measurements', 'Dropped measurements'].flatMap((panel) =>
      ['target-rate-interval', 'target-counter-agg'].map((rule) => ({
        rule,
        dashboard: uid,
        panel,
        reason:
          'The panel shows what the alert compares, over its window; a counter that is born by its first event counts with all that it has, as increase() misses that event.',
      })),
    ),
  ],
};
