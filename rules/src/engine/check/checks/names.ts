import type { Check, CheckedQuery } from '../problem.ts';
import { selectorOf } from '../selector.ts';
import { nodes } from '../tree.ts';

const selectors = (query: CheckedQuery) =>
  nodes(query, 'VectorSelector').map((node) => ({ node, ...selectorOf(query, node) }));

export const unknownMetric: Check = {
  name: 'unknown-metric',
  run: (query) =>
    selectors(query).flatMap(({ node, metric }) => {
      if (metric === undefined) return [{ node, message: 'no metric is named' }];
      if (query.catalog.get(metric) !== undefined) return [];
      if (query.catalog.isHistogram(metric))
        return [{ node, message: `${metric} is a histogram: read its _bucket, _sum or _count` }];
      return [{ node, message: `nobody declares a metric ${metric}` }];
    }),
};

export const unknownLabel: Check = {
  name: 'unknown-label',
  run: (query) =>
    selectors(query).flatMap(({ metric, matchers }) => {
      const entry = query.catalog.get(metric ?? '');
      if (entry === undefined) return [];
      return matchers
        .filter(({ label }) => !entry.labels.some(({ name }) => name === label))
        .map(({ node, label }) => ({ node, message: `${entry.name} has no label ${label}` }));
    }),
};

/** Values with a Grafana variable in them are not known here. */
const isVariable = (value: string): boolean => value.includes('$');

export const closedValue: Check = {
  name: 'closed-value',
  run: (query) =>
    selectors(query).flatMap(({ metric, matchers }) =>
      matchers.flatMap(({ node, label, operator, value }) => {
        const values = query.catalog.get(metric ?? '')?.labels.find(({ name }) => name === label)?.values;
        if (values === undefined || isVariable(value)) return [];
        const message = `${label} is never ${value}; it is one of ${values.join(', ')}`;
        if (operator === '=' || operator === '!=') return values.includes(value) ? [] : [{ node, message }];
        // Every alternative of a regular expression must match something, or it is a misspelt value.
        const pattern = alternatives(value).find(
          (alternative) => !values.some((known) => new RegExp(`^(?:${alternative})$`).test(known)),
        );
        return pattern === undefined ? [] : [{ node, message: `${label} never matches ${pattern}` }];
      }),
    ),
};

const alternatives = (pattern: string): readonly string[] =>
  /[()[\]\\]/.test(pattern) ? [pattern] : pattern.split('|');
