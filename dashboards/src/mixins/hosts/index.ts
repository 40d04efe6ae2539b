import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { hostsDashboard } from './dashboard.ts';

/** Machines, containers and whatever is scraped. */
export const hostsMixin: DashboardMixin = {
  name: 'hosts',
  alerts: alertsOf('hosts.yml'),
  dashboards: [hostsDashboard],
  exclusions: [
    {
      rule: 'target-instance',
      dashboard: hostsDashboard.uid,
      panel: 'Services',
      reason: 'What is remembered of a scrape job is that any of its targets answered, whichever that was.',
    },
  ],
};
