import {
  type Alert,
  alertsOf,
  catalogFor,
  type Mixin,
  metricsIn,
  promql,
  renderQuery,
} from '@sightglass/rules';
import type { DashboardMixin } from './mixin.ts';
import type { DashboardSpec, NumberSpec, PanelSpec } from './spec.ts';

/**
 * Of some dashboard mixins, what is of use beside these mixins: dashboards of their names, or that their alerts link to, without panels, queries and
 * drop-downs that read nothing which these mixins have. Each has the alerts that name a panel of it.
 */
export function used(
  dashboards: readonly DashboardMixin[],
  mixins: readonly Mixin[],
): readonly DashboardMixin[] {
  const alerts = alertsOf(mixins);
  const names = new Set(mixins.map(({ name }) => name));
  const catalog = catalogFor(mixins);
  const isKnown = (name: string): boolean => catalog.get(name) !== undefined;
  return dashboards.flatMap((mixin) => {
    const linking = linkingTo(mixin, alerts);
    if (!names.has(mixin.name) && linking.length === 0) return [];
    const specs = mixin.dashboards.map((spec) => reading(spec, linking, isKnown));
    return [{ ...mixin, dashboards: specs, alerts: linking }];
  });
}

/** Dashboards with the alerts that name a panel of them, as they are of all things, whoever owns them. */
export const withAlerts = (mixin: DashboardMixin, mixins: readonly Mixin[]): DashboardMixin => ({
  ...mixin,
  alerts: linkingTo(mixin, alertsOf(mixins)),
});

function linkingTo({ dashboards }: DashboardMixin, alerts: readonly Alert[]): readonly Alert[] {
  const uids = new Set(dashboards.map(({ uid }) => uid));
  return alerts
    .filter(({ dashboard }) => dashboard !== undefined && uids.has(dashboard.uid))
    .map((alert) => ({ ...alert, expr: alert.ofAll ?? alert.expr }));
}

function reading(
  spec: DashboardSpec,
  alerts: readonly Alert[],
  isKnown: (metric: string) => boolean,
): DashboardSpec {
  const known = <P extends NumberSpec>(panel: P): readonly P[] => {
    // What an alert leads to stays, with what there is of it.
    const isLinked = alerts.some(
      ({ dashboard }) => dashboard?.uid === spec.uid && dashboard.panel === panel.title,
    );
    const queries = panel.queries.filter(({ query }) => {
      const metrics = metricsIn(renderQuery(query));
      return isLinked ? metrics.some(isKnown) : metrics.every(isKnown);
    });
    return queries.length === 0 && !('sql' in panel) ? [] : [{ ...panel, queries }];
  };
  return {
    ...spec,
    panels: spec.panels.flatMap(known<PanelSpec>),
    ...(spec.numbers && { numbers: spec.numbers.flatMap(known) }),
    variables: spec.variables.filter(({ of }) => metricsIn(renderQuery(promql`${of}`)).every(isKnown)),
  };
}
