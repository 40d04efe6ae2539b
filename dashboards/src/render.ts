import { type Catalog, type Mixin, shippedCatalog } from '@sightglass/rules';
import { checkDashboards } from './engine/checks.ts';
import type { DashboardContext } from './engine/context.ts';
import type { Finding } from './engine/lint/rule.ts';
import type { DashboardMixin } from './engine/mixin.ts';
import { type RenderedDashboard, renderMixins } from './engine/render.ts';
import { used, withAlerts } from './engine/used.ts';
import { dashboardMixins } from './mixins/index.ts';

/**
 * The dashboards of one installation, as files for Grafana's provisioning or import. The same arguments give the same bytes. Your own mixins stand
 * beside ours or instead of them. Throws a `MixinError` that lists every mistake of the list.
 *
 * @example
 * for (const { file, json } of renderDashboards({ selector: { namespace: 'prod' } }, [...dashboardMixins, invoices]))
 *   writeFileSync(join('grafana', file), json);
 */
export const renderDashboards = (
  context: DashboardContext = {},
  mixins: readonly DashboardMixin[] = dashboardMixins,
): RenderedDashboard[] => renderMixins(mixins, context);

/**
 * The dashboards of an installation: those that ship for its mixins or that an alert of these links to, without what reads metrics that none of its
 * mixins has, and its own. Each has the alerts that name a panel of it.
 *
 * @example
 * renderDashboards({}, dashboardsFor([jobs, billing], [billingDashboards]));
 */
export function dashboardsFor(
  mixins: readonly Mixin[],
  own: readonly DashboardMixin[] = [],
): readonly DashboardMixin[] {
  return [...used(dashboardMixins, mixins), ...own.map((each) => withAlerts(each, mixins))];
}

/**
 * Everything that is wrong with these dashboards, in sentences: what Grafana's dashboard-linter and we ask of a dashboard, less what a mixin
 * excludes with a reason, and each series or label that `catalog` does not know. Default: ours, read with the metrics and rules that ship. Throws
 * a `MixinError` when the list can't be rendered.
 *
 * @example
 * const catalog = catalogOf({ declared: [...declaredMetrics, invoicesSent], recorded: recordings, external: externalMetrics });
 * expect(lintDashboards({}, [invoices], catalog)).toEqual([]);
 */
export const lintDashboards = (
  context: DashboardContext = {},
  mixins: readonly DashboardMixin[] = dashboardMixins,
  catalog: Catalog = shippedCatalog(),
): Finding[] => checkDashboards(mixins, context, catalog);
