import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';
import { apiDashboard } from './dashboard.ts';

/** The HTTP requests that a service answers. */
export const httpMixin: DashboardMixin = {
  name: 'http',
  alerts: alertsOf('http.yml'),
  dashboards: [apiDashboard],
  exclusions: ['template-instance', 'target-instance'].map((rule) => ({
    rule,
    dashboard: apiDashboard.uid,
    reason: 'Alerts and recorded series speak of a route of a service, whichever of its processes answers.',
  })),
};
