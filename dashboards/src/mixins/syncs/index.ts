import type { DashboardMixin } from '../../engine/mixin.ts';
import { alertsOf } from '../alerts.ts';

/** Syncs, which are jobs that fetch from sources: their panels stand among those of all jobs. */
export const syncsMixin: DashboardMixin = { name: 'syncs', dashboards: [], alerts: alertsOf('sync.yml') };
