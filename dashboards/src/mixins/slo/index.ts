import { withoutTargets } from '../../engine/lint/lint.ts';
import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { sloDashboard } from './dashboard.ts';
import { slaDashboard } from './sla.ts';

const { uid } = sloDashboard;

/** What was promised and what was kept. */
export const sloMixin: DashboardMixin = {
  name: 'slo',
  dashboards: [sloDashboard, slaDashboard],
  alerts: alertsOf('slo.yml'),
  exclusions: [
    ...withoutTargets(
      slaDashboard.uid,
      'A promise speaks of a job, a DAG or a route over days, in which its processes come and go; its series are recorded without them.',
    ),
    ...withoutTargets(
      uid,
      'An SLO speaks of a job or a route over days, in which its processes come and go; its series are recorded without them.',
    ),
    {
      rule: 'target-rate-interval',
      dashboard: uid,
      panel: 'Retention',
      reason:
        'The panel shows what the alert compares: a Prometheus drops data every few days, which a shorter window would miss.',
    },
    {
      rule: 'target-measure',
      dashboard: slaDashboard.uid,
      panel: 'Time to Recovery',
      reason:
        'A sample every five minutes of what is broken, counted, times 300 seconds, is for how long it was so.',
    },
    {
      rule: 'alert-line',
      dashboard: uid,
      panel: 'Error-budget policy',
      reason:
        'Its levels have names and colours of their own: a line between two of them would say less than the name does.',
    },
  ],
};
