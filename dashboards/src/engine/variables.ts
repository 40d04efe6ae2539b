import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type Part, promql } from '@sightglass/rules';
import { DATABASE, DATASOURCE, type DashboardContext, datasource, POSTGRES, scopeOf } from './context.ts';
import { renderScoped } from './scope.ts';
import type { ComputedVariable, LabelVariable } from './spec.ts';

/** Which Prometheus to ask; Grafana's default one until somebody chooses. */
export const datasourceVariable = () =>
  new DatasourceVariableBuilder(DATASOURCE).label('Data source').type('prometheus');

/** Which database to ask, for panels that read one. */
export const databaseVariable = () =>
  new DatasourceVariableBuilder(DATABASE).label('Database').type(POSTGRES);

/** A drop-down for each scope label, which filters the next; "All" takes series without the label too, so that nobody needs to have it. A label that is among the dashboard's `own` drop-downs has its own. */
export function scopeVariables(
  of: Part,
  own: readonly string[],
  context: DashboardContext,
): QueryVariableBuilder[] {
  const scope = scopeOf(context).filter((label) => !own.includes(label));
  return scope.map((label, i) => {
    const series = renderScoped(promql`${of}`, [], context, scope.slice(0, i));
    return dropDown(label, `${label[0]!.toUpperCase()}${label.slice(1).replaceAll('_', ' ')}`, series, '.*');
  });
}

/** A drop-down of a label's values, narrowed by the drop-downs before it. */
export function labelVariable(
  { label, title, of, optional }: LabelVariable,
  before: readonly string[],
  context: DashboardContext,
): QueryVariableBuilder {
  const series = renderScoped(promql`${of}`, before, context);
  return dropDown(label, title, series, optional ? '.*' : '.+');
}

const dropDown = (label: string, title: string, series: string, all: string): QueryVariableBuilder =>
  queryVariable(label, `label_values(${series}, ${label})`)
    .label(title)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ selected: true, text: 'All', value: '$__all' })
    .sort(VariableSort.AlphabeticalAsc);

/** A number worked out by a query, read again when the time range changes. */
export function computedVariable(
  { name, description, query, initial }: ComputedVariable,
  before: readonly string[],
  context: DashboardContext,
): QueryVariableBuilder {
  return queryVariable(name, `query_result(${renderScoped(query, before, context)})`)
    .description(description)
    .hide(VariableHide.HideVariable)
    .current({ selected: true, text: initial, value: initial });
}

const queryVariable = (name: string, query: string) =>
  new QueryVariableBuilder(name)
    .datasource(datasource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged);
