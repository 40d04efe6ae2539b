import { selectorOf } from './selector.ts';
import { nodes, parseQuery } from './tree.ts';
import { fillVariables } from './variables.ts';

/** The names of the metrics that an expression reads, each once. */
export function metricsIn(expression: string): readonly string[] {
  const query = parseQuery(fillVariables(expression));
  const names = nodes(query, 'VectorSelector').map((node) => selectorOf(query, node).metric);
  return [...new Set(names.filter((name) => name !== undefined))];
}
