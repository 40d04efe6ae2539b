import { type DashboardJson, isPromql, type PanelJson, type VariableJson } from './model.ts';

/** One query of one panel, with its variables still in it. */
export interface PanelQueryText {
  /** The dashboard's uid. */
  readonly dashboard: string;
  /** The panel's title. */
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
}

/** Every query of every panel of a dashboard's JSON. */
export function panelQueries(dashboard: DashboardJson): PanelQueryText[] {
  return (dashboard.panels ?? []).flatMap((panel: PanelJson) =>
    (panel.targets ?? []).filter(isPromql).map(({ refId = '', expr = '' }) => ({
      dashboard: dashboard.uid ?? '',
      panel: panel.title ?? '',
      refId,
      expr,
    })),
  );
}

/** A value for each variable of a query, by name; times as PromQL writes them. */
export type VariableValues = { readonly [name: string]: string };

/** What Grafana puts for its own variables when an hour is shown and the minimum step is 15 seconds. */
const BUILT_IN: VariableValues = {
  __interval: '15s',
  __rate_interval: '1m',
  __range: '1h',
  __range_s: '3600',
};

/** The values that a dashboard starts with: all of each drop-down, and the initial value of what is computed. */
export function variableValues(dashboard: DashboardJson): VariableValues {
  const own = (dashboard.templating?.list ?? []).map(({ name = '', allValue, current }: VariableJson) => [
    name,
    allValue ?? String(current?.value ?? ''),
  ]);
  return { ...BUILT_IN, ...Object.fromEntries(own) };
}

/** An expression as Prometheus gets it: `$name` and `${name}` replaced. Throws a `RangeError` that names a variable without a value. */
export function substitute(expr: string, values: VariableValues): string {
  return expr.replaceAll(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      const value = values[name];
      if (value === undefined) throw new RangeError(`No value for the variable "${name}" of ${expr}`);
      return value;
    },
  );
}

/** An expression of a dashboard as Prometheus gets it at first, and where it stands there. */
export interface PlacedExpression {
  readonly place: string;
  readonly expr: string;
}

/** A query of a drop-down: its expression, and the label whose values it lists. Absent when it is neither `label_values` nor `query_result`. */
export function variableQuery(
  query: unknown,
): { readonly expr: string; readonly label?: string } | undefined {
  const [, series, label, result] =
    /^(?:label_values\((.*),\s*([a-zA-Z_]\w*)\)|query_result\((.*)\))$/s.exec(String(query)) ?? [];
  if (result !== undefined) return { expr: result };
  return series === undefined || label === undefined ? undefined : { expr: series, label };
}

/** Everything that a dashboard asks Prometheus: panels, annotations and variables, with the values that its drop-downs start with. */
export function dashboardExpressions(dashboard: DashboardJson): PlacedExpression[] {
  const values = variableValues(dashboard);
  return [
    ...panelQueries(dashboard).map(({ panel, refId, expr }) => ({ place: `${panel} ${refId}`, expr })),
    ...(dashboard.annotations?.list ?? []).map(({ name, expr = '' }) => ({ place: `mark ${name}`, expr })),
    ...(dashboard.templating?.list ?? []).flatMap(({ name, query }) => {
      const asked = variableQuery(query);
      return asked ? [{ place: `variable ${name}`, expr: asked.expr }] : [];
    }),
  ].map(({ place, expr }) => ({ place, expr: substitute(expr, values) }));
}
