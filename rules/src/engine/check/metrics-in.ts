import { selectorOf } from './selector.ts';
import { binaryOf, operands, type ParsedQuery, parseQuery, type SyntaxNode } from './tree.ts';
import { fillVariables } from './variables.ts';

/** The names of the metrics that an expression reads, each once. */
export const metricsIn = (expression: string): readonly string[] => namesIn(expression, operands);

/**
 * The same without those that only stand behind `unless`: they hold results back, and where they are absent there is no less to tell.
 *
 * ```ts
 * metricsToldIn('up == 0 unless on (job) paused'); // ['up']
 * ```
 */
export const metricsToldIn = (expression: string): readonly string[] =>
  namesIn(expression, (node, query) => {
    const binary = binaryOf(query, node);
    return binary?.operator === 'Unless' ? [binary.left] : operands(node);
  });

type Below = (node: SyntaxNode, query: ParsedQuery) => readonly SyntaxNode[];

function namesIn(expression: string, below: Below): readonly string[] {
  const query = parseQuery(fillVariables(expression));
  const found = new Set<string>();
  const read = (node: SyntaxNode): void => {
    const name = node.name === 'VectorSelector' ? selectorOf(query, node).metric : undefined;
    if (name !== undefined) found.add(name);
    for (const each of below(node, query)) read(each);
  };
  read(query.root);
  return [...found];
}
