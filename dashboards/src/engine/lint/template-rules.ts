import { DATABASE } from '../context.ts';
import type { DashboardJson, VariableJson } from '../model.ts';
import { substitute, variableQuery, variableValues } from '../queries.ts';
import { readExpression } from './expression.ts';
import { type LintRule, onDashboard } from './rule.ts';

const VARIABLE_REFRESH_ON_TIME_RANGE_CHANGE = 2;

const variables = (dashboard: DashboardJson): readonly VariableJson[] => dashboard.templating?.list ?? [];

const queryVariables = (dashboard: DashboardJson) =>
  variables(dashboard).filter(({ type }) => type === 'query');

/** `job` and `instance`: a drop-down of several values that asks the chosen data source. */
const targetVariable = (name: string, label: string): LintRule =>
  onDashboard(`template-${name}`, (dashboard) => {
    const found = variables(dashboard).find((variable) => variable.name === name);
    if (!found) return [`there is no variable "${name}"`];
    const problems: string[] = [];
    if (found.type !== 'query') problems.push(`the variable "${name}" is not a query`);
    if (found.label !== label) problems.push(`the variable "${name}" is not labelled "${label}"`);
    if (!found.multi) problems.push(`the variable "${name}" takes one value only`);
    if (found.allValue !== '.+') problems.push(`the variable "${name}" has no allValue ".+"`);
    return problems;
  });

/** Rules on the variables of a dashboard, named as Grafana's dashboard-linter names them. */
export const templateRules: readonly LintRule[] = [
  onDashboard('template-datasource', (dashboard) => {
    const found = variables(dashboard).filter(({ type, name }) => type === 'datasource' && name !== DATABASE);
    if (found.length !== 1) return [`there are ${found.length} data source variables instead of one`];
    const [{ name, label, query } = {}] = found;
    return [
      ...(name === 'datasource' ? [] : [`the data source variable is named "${name}", not "datasource"`]),
      ...(label === 'Data source'
        ? []
        : [`the data source variable is labelled "${label}", not "Data source"`]),
      ...(query === 'prometheus' ? [] : ['the data source variable does not list Prometheus']),
    ];
  }),
  targetVariable('job', 'Job'),
  targetVariable('instance', 'Instance'),
  onDashboard('template-label-promql', (dashboard) =>
    queryVariables(dashboard).flatMap(({ name, query }) => {
      const promql = variableQuery(query)?.expr;
      if (promql === undefined) return [`the variable "${name}" is neither label_values nor query_result`];
      const { syntaxErrors } = readExpression(substitute(promql, variableValues(dashboard)));
      return syntaxErrors > 0 ? [`the query of the variable "${name}" is no PromQL: ${promql}`] : [];
    }),
  ),
  onDashboard('template-on-time-change-reload', (dashboard) =>
    queryVariables(dashboard)
      .filter(({ refresh }) => refresh !== VARIABLE_REFRESH_ON_TIME_RANGE_CHANGE)
      .map(({ name }) => `the variable "${name}" is not read again when the time range changes`),
  ),
];
