import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { systemDashboard } from './dashboard.ts';
import { infrastructureDashboard } from './infrastructure.ts';

const { uid } = systemDashboard;

/** The service round the work: its processes, its database, its answers. */
export const serviceMixin: DashboardMixin = {
  name: 'service',
  alerts: [...alertsOf('service.yml'), ...alertsOf('database.yml')],
  dashboards: [systemDashboard, infrastructureDashboard],
  exclusions: [
    ...['Provider API Response Times', 'Database Query Errors'].flatMap((panel) =>
      ['target-job', 'target-instance'].map((rule) => ({
        rule,
        dashboard: uid,
        panel,
        reason:
          'The panel shows what its alert compares beside what processes export; the alert speaks of scheduled jobs, whichever process runs them.',
      })),
    ),
    ...['Requests/sec', 'HTTP Routes'].map((panel) => ({
      rule: 'target-instance',
      dashboard: uid,
      panel,
      reason: 'A route fails or is slow as one, whichever process of its service answers.',
    })),
    {
      rule: 'target-instance',
      dashboard: infrastructureDashboard.uid,
      reason:
        'Whether a service is there, and whether a check fails in any or all of its processes, is said of the service.',
    },
    {
      rule: 'target-counter-agg',
      dashboard: uid,
      panel: 'Database Query Errors',
      reason:
        'The first error of a kind gives birth to its counter, which counts with all that it has, as increase() misses that event.',
    },
  ],
};
