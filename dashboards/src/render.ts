import { alerts } from './alerts.ts';
import type { DashboardContext } from './context.ts';
import { dashboard } from './dashboard.ts';
import { offloadDashboard } from './offload/index.ts';
import { schedulerDashboard } from './scheduler-health/index.ts';
import { sloDashboard } from './slo-tracking/index.ts';
import { systemDashboard } from './system-impact/index.ts';
import { telemetryDashboard } from './telemetry.ts';

/** Every dashboard that ships. */
export const dashboards = [
  offloadDashboard,
  schedulerDashboard,
  systemDashboard,
  sloDashboard,
  telemetryDashboard,
] as const;

/** A rendered file. */
export interface RenderedDashboard {
  /** The dashboard's uid with `.json`. */
  readonly file: string;
  readonly json: string;
}

/** The dashboards of one installation, as files for Grafana's provisioning or import. The same context gives the same bytes. */
export function renderDashboards(context: DashboardContext = {}): RenderedDashboard[] {
  return dashboards.map((spec) => ({
    file: `${spec.uid}.json`,
    json: `${JSON.stringify(dashboard(spec, alerts, context), null, 2)}\n`,
  }));
}
