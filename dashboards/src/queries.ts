import type { DashboardJson, PanelJson, VariableJson } from './model.ts';

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
    (panel.targets ?? []).map(({ refId = '', expr = '' }) => ({
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
