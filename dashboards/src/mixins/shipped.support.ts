import type { Alert } from '@sightglass/rules';
import type { DashboardContext } from '../engine/context.ts';
import type { DashboardJson, PanelJson } from '../engine/model.ts';
import { buildDashboards } from '../engine/render.ts';
import { dashboardMixins } from './index.ts';

/** Every alert that a shipped mixin brings. */
export const alerts: readonly Alert[] = dashboardMixins.flatMap((mixin) => mixin.alerts ?? []);

/** The shipped dashboards as Grafana's model. */
export const shipped: readonly DashboardJson[] = buildDashboards(dashboardMixins);

/** A shipped dashboard by its uid, rendered for an installation. */
export function shippedDashboard(uid: string, context?: DashboardContext): DashboardJson {
  const from = context ? buildDashboards(dashboardMixins, context) : shipped;
  const found = from.find((each) => each.uid === uid);
  if (!found) throw new Error(`There is no dashboard ${uid}`);
  return found;
}

export const titlesOf = ({ panels = [] }: DashboardJson) => panels.map(({ title }) => title);

export const panelOf = (from: DashboardJson, title: string): PanelJson | undefined =>
  from.panels?.find((panel) => panel.title === title);
