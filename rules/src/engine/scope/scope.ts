import { calledName, nodes, parseQuery, type SyntaxNode } from '../check/tree.ts';
import { type Query, type RenderContext, renderQuery } from '../promql/promql.ts';

/**
 * Target labels that tell one estate from another within one Prometheus, unless an installation names others. A label that no series has
 * costs nothing: PromQL and Alertmanager take a missing label for an empty one, which is the same everywhere.
 */
export const DEFAULT_SCOPE: readonly string[] = ['cluster', 'namespace', 'environment'];

/** What an installation says of its scope. */
export interface ScopeOptions {
  /** Target labels that tell one estate from another. Default {@link DEFAULT_SCOPE}; `[]` for none. */
  readonly scope?: readonly string[];
  readonly selector?: { readonly [label: string]: string };
}

/** The labels that tell an installation's estates apart: its scope, and those of its selector, which are on everything that it records. */
export const scopeOf = ({ scope = DEFAULT_SCOPE, selector = {} }: ScopeOptions): readonly string[] => [
  ...new Set([...scope, ...Object.keys(selector)]),
];

/** An expression as text for one installation: rendered, with its scope. */
export const renderScoped = (query: Query, context: RenderContext & ScopeOptions = {}): string =>
  withScope(renderQuery(query, context), scopeOf(context));

/** A change of the text: what is put in at a place. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * The expression with the scope labels in every list of labels by which it aggregates or matches, so that nothing of one estate is mixed with,
 * compared with or hidden by something of another: `sum by (a) (x) / on (a) y` becomes `sum by (cluster, a) (x) / on (cluster, a) y`.
 * An aggregation without a list gets one; `without` and `ignoring` keep the scope as they are. Inside `scalar()`, which takes one series, estates
 * stay together. What it does can be done again without a change.
 */
export function withScope(expression: string, scope: readonly string[]): string {
  if (scope.length === 0) return expression;
  const query = parseQuery(expression);
  const ofOneSeries = nodes(query, 'FunctionCall').filter((node) => calledName(query, node) === 'scalar');
  const insertions = query.all
    .filter((node) => !ofOneSeries.some(({ from, to }) => from <= node.from && node.to <= to))
    .flatMap((node) => insertionsAt(node, expression, scope))
    .sort((a, b) => b.at - a.at);
  return insertions.reduce(
    (text, { at, text: added }) => text.slice(0, at) + added + text.slice(at),
    expression,
  );
}

function insertionsAt(node: SyntaxNode, expression: string, scope: readonly string[]): readonly Insertion[] {
  if (node.name === 'AggregateExpr') {
    const modifier = node.getChild('AggregateModifier');
    const operator = node.getChild('AggregateOp');
    if (modifier === null) {
      if (operator === null) return [];
      const space = expression[operator.to] === '(' ? ' ' : '';
      return [{ at: operator.to, text: ` by (${scope.join(', ')})${space}` }];
    }
    return modifier.getChild('By') === null
      ? []
      : into(modifier.getChild('GroupingLabels'), expression, scope);
  }
  if (node.name === 'MatchingModifierClause' && node.getChild('On') !== null)
    return into(node.getChildren('GroupingLabels')[0] ?? null, expression, scope);
  return [];
}

/** Into a list in parentheses, before what stands there already. */
function into(list: SyntaxNode | null, expression: string, scope: readonly string[]): readonly Insertion[] {
  if (list === null) return [];
  const present = list.getChildren('LabelName').map(({ from, to }) => expression.slice(from, to));
  const missing = scope.filter((label) => !present.includes(label));
  if (missing.length === 0) return [];
  return [{ at: list.from + 1, text: `${missing.join(', ')}${present.length === 0 ? '' : ', '}` }];
}
