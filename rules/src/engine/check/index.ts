import { type Duration, days, seconds } from '../promql/duration.ts';
import type { Catalog } from './catalog.ts';
import { checks } from './checks/index.ts';
import type { CheckedQuery, Problem, Purpose } from './problem.ts';
import { parseQuery, textOf } from './tree.ts';
import { fillVariables } from './variables.ts';

export { type Catalog, type CatalogEntry, type CatalogSources, catalogOf } from './catalog.ts';
export { checks } from './checks/index.ts';
export { labelsIn } from './labels-in.ts';
export { type Measure, measure, measureText } from './measure.ts';
export { type AskedValues, labelValuesIn, metricsIn, metricsToldIn } from './metrics-in.ts';
export type { Check, CheckedQuery, Finding, Problem, Purpose } from './problem.ts';
export { fillVariables } from './variables.ts';

/** What an expression is checked against. */
export interface CheckOptions {
  readonly catalog: Catalog;
  /** What the expression is for. Default `panel`, which asks the least. */
  readonly purpose?: Purpose;
  /** Default 15 seconds. */
  readonly scrapeInterval?: Duration;
  /** Default 15 days, as Prometheus keeps unless told otherwise. */
  readonly retention?: Duration;
}

/** Every problem of an expression, in order of place; empty when it is sound. Grafana's variables may stand in it. */
export function checkQuery(expression: string, options: CheckOptions): readonly Problem[] {
  const { catalog, purpose = 'panel', scrapeInterval = seconds(15), retention = days(15) } = options;
  const parsed = parseQuery(fillVariables(expression));
  const query: CheckedQuery = { ...parsed, catalog, purpose, scrapeInterval, retention };
  return checks
    .flatMap(({ name, run }) =>
      run(query).map(({ node, message }) => ({
        check: name,
        message,
        part: textOf(parsed, node),
        at: node.from,
      })),
    )
    .sort((a, b) => a.at - b.at);
}

/** A problem as one line of text. */
export const problemText = ({ check, message, part }: Problem): string =>
  `${message}${part === '' ? '' : ` — in ${part.replaceAll(/\s+/g, ' ')}`} [${check}]`;
