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

/** What an expression asks of one label of a metric. */
export interface AskedValues {
  readonly metric: string;
  readonly label: string;
  /** One value, or the alternatives of a pattern that lists some. */
  readonly values: readonly string[];
}

/** The values that an expression's selectors ask for by name: those of `=`, and of `=~` where it lists words. */
export function labelValuesIn(expression: string): readonly AskedValues[] {
  const query = parseQuery(fillVariables(expression));
  return query.all
    .filter(({ name }) => name === 'VectorSelector')
    .flatMap((node) => {
      const { metric = '', matchers } = selectorOf(query, node);
      return matchers
        .filter(
          ({ operator, value }) =>
            operator === '=' || (operator === '=~' && /^[\w-]+(\|[\w-]+)*$/.test(value)),
        )
        .map(({ label, value }) => ({ metric, label, values: value.split('|') }));
    });
}
