import type { DashboardContext } from './context.ts';
import { dashboard } from './dashboard.ts';
import { checkMixins, type DashboardMixin } from './mixin.ts';
import type { DashboardJson } from './model.ts';

/** A rendered file. */
export interface RenderedDashboard {
  /** The dashboard's uid with `.json`. */
  readonly file: string;
  readonly json: string;
}

/** Every dashboard of a list of mixins as Grafana's model, in their order. Throws a `MixinError` that lists all mistakes of the list. */
export function buildDashboards(
  mixins: readonly DashboardMixin[],
  context: DashboardContext = {},
): DashboardJson[] {
  checkMixins(mixins);
  const dashboards = mixins.flatMap((mixin) => mixin.dashboards);
  const alerts = mixins.flatMap((mixin) => mixin.alerts ?? []);
  return dashboards.map((spec) => dashboard(spec, { alerts, dashboards }, context));
}

/** The same as files. */
export const renderMixins = (
  mixins: readonly DashboardMixin[],
  context: DashboardContext = {},
): RenderedDashboard[] =>
  buildDashboards(mixins, context).map((json) => ({
    file: `${json.uid}.json`,
    json: `${JSON.stringify(json, null, 2)}\n`,
  }));
