import { ALERTS, ALERTS_FOR_STATE } from '@sightglass/rules';
import type { DashboardJson } from '../model.ts';
import { substitute, variableValues } from '../queries.ts';
import { type ExpressionFacts, readExpression } from './expression.ts';
import { isTemplated } from './panel-rules.ts';
import { type LintRule, onTargets } from './rule.ts';

/** Functions that need a window with several scrapes in it. */
const RATES = ['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv'];

/** What only counters are called, but for some gauges. */
const COUNTER = /_(total|sum|count|bucket)$/;

/** What Prometheus says of alerts. */
const OF_ALERTS = [ALERTS.external, ALERTS_FOR_STATE.external];

/** Stands for `$__rate_interval` and for computed windows, so that they are told from fixed ones after substitution. */
const FOLLOWS_DATA = '7777777';

function facts(expr: string, dashboard: DashboardJson): ExpressionFacts {
  const computed = (dashboard.templating?.list ?? []).filter(({ query }) =>
    String(query).startsWith('query_result('),
  );
  return readExpression(
    substitute(expr, {
      ...variableValues(dashboard),
      ...Object.fromEntries(computed.map(({ name = '' }) => [name, FOLLOWS_DATA])),
      __rate_interval: `${FOLLOWS_DATA}s`,
    }),
  );
}

const targetLabel = (label: string): LintRule =>
  onTargets(`target-${label}`, ({ expr = '' }, _, dashboard) =>
    facts(expr, dashboard)
      // An alert speaks of a thing, whichever process has it.
      .series.filter(({ metric, labels }) => !OF_ALERTS.includes(metric) && !labels.includes(label))
      .map(({ metric }) => `${metric} is not filtered by $${label}`),
  );

/**
 * Rules on queries, named as Grafana's dashboard-linter names them. `target-rate-interval` takes a window that the dashboard computes from the
 * data for as good as `$__rate_interval`: it is not fixed either. `gauges`
 * are metrics that `target-counter-agg` would take for counters by their names.
 */
export const targetRules = (gauges: ReadonlySet<string>): readonly LintRule[] => [
  onTargets('target-promql', ({ expr = '' }, _, dashboard) =>
    expr === '' || facts(expr, dashboard).syntaxErrors > 0 ? [`no PromQL: ${expr}`] : [],
  ),
  onTargets('target-rate-interval', ({ expr = '' }, _, dashboard) =>
    facts(expr, dashboard)
      .ranges.filter(({ fn, range }) => RATES.includes(fn) && range !== `${FOLLOWS_DATA}s`)
      .map(({ fn, range }) => `${fn} over the fixed window ${range}`),
  ),
  targetLabel('job'),
  targetLabel('instance'),
  onTargets('target-counter-agg', ({ expr = '' }, _, dashboard) =>
    facts(expr, dashboard)
      .series.filter(
        ({ metric, within }) =>
          COUNTER.test(metric) && !gauges.has(metric) && !within.some((fn) => RATES.includes(fn)),
      )
      .map(({ metric }) => `the counter ${metric} is read without a rate`),
  ),
  onTargets('target-min-interval', ({ expr = '', interval }) =>
    expr.includes('$__rate_interval') && !interval
      ? ['without a minimum step, $__rate_interval follows the data source, not the scrapes']
      : [],
  ),
  onTargets('target-datasource', ({ datasource }) =>
    isTemplated(datasource) ? [] : ['the query does not use the data source variable'],
  ),
];
