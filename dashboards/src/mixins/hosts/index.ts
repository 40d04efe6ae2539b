import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { hostsDashboard } from './dashboard.ts';

/** Machines, containers and whatever is scraped. */
export const hostsMixin: DashboardMixin = {
  name: 'hosts',
  alerts: alertsOf('hosts.yml'),
  dashboards: [hostsDashboard],
  exclusions: [],
};
