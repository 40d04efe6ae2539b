import { parser } from '@prometheus-io/lezer-promql';
import { fillVariables, type Part, type Query, type RenderContext, renderQuery } from '@sightglass/rules';
import { type DashboardContext, scopeOf } from './context.ts';

/** The labels that Prometheus gives to every series of a target; aggregations, and so recorded series, drop them. */
const TARGET_LABELS = ['job', 'instance'];

/**
 * An expression as a dashboard runs it: as {@link renderQuery} writes it, with a matcher for each variable whose label a series carries
 * (`table=~"$table"`), and within the estate that is chosen. No query can forget a variable.
 */
export function renderScoped(
  query: Query,
  variables: readonly string[],
  context: DashboardContext = {},
  scope: readonly string[] = scopeOf(context),
): string {
  return withinScope(renderQuery(filtered(query, variables, context), context), scope);
}

/** The names of series in a legend or a text, with what tells estates apart. A label that a series lacks is nothing. */
export const scopeNames = (context: DashboardContext): string[] =>
  scopeOf(context).map((label) => `{{${label}}}`);

function filtered(query: Query, variables: readonly string[], context: RenderContext): Query {
  return { text: query.text, parts: query.parts.map((part) => filteredPart(part, variables, context)) };
}

function filteredPart(part: Part, variables: readonly string[], context: RenderContext): Part {
  if (typeof part === 'number') return part;
  if ('text' in part) return filtered(part, variables, context);
  const labels = labelsOf(part);
  const matchers = variables.filter((name) => labels.includes(name)).map(matcher);
  if (matchers.length === 0) return part;
  const series = renderQuery({ text: ['', ''], parts: [part] }, context);
  const added = matchers.join(',');
  return { raw: series.endsWith('}') ? `${series.slice(0, -1)},${added}}` : `${series}{${added}}` };
}

const matcher = (label: string): string => `${label}=~"$${label}"`;

function labelsOf(part: Exclude<Part, number | Query>): readonly string[] {
  if ('record' in part) return part.labels;
  if ('external' in part) return part.of === 'alerts' ? part.labels : [...part.labels, ...TARGET_LABELS];
  if ('descriptor' in part) return [...part.descriptor.labels.map(({ name }) => name), ...TARGET_LABELS];
  return [];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Text to put in at a place of an expression. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * An expression within one estate: every selector is filtered by the drop-downs of the scope labels, every aggregation keeps them apart, and
 * every `on` matches them. Read from the parsed expression, so that what an author wrote does not matter; what is there already stays. Inside
 * `scalar()`, which takes one series, estates stay together. What Prometheus and Alertmanager say of themselves is told in every estate: they
 * serve several, and often live in another.
 */
export function withinScope(expr: string, scope: readonly string[]): string {
  if (scope.length === 0) return expr;
  const { text, placeOf } = parseable(expr);
  const insertions: Insertion[] = [];
  const visit = (node: Node, single: boolean): void => {
    if (node.name === 'VectorSelector') insertions.push(...chosen(text, node, scope));
    if (node.name === 'AggregateExpr' && !single) insertions.push(...kept(text, node, scope));
    if (node.name === 'MatchingModifierClause' && !single) insertions.push(...matched(text, node, scope));
    const called = node.getChild('FunctionIdentifier');
    const inner = single || (called !== null && textOf(text, called) === 'scalar');
    for (let child = node.firstChild; child; child = child.nextSibling) visit(child, inner);
  };
  visit(parser.parse(text).topNode, false);
  return insertions
    .sort((a, b) => b.at - a.at)
    .reduce((sum, { at, text: added }) => {
      const place = placeOf(at);
      return sum.slice(0, place) + added + sum.slice(place);
    }, expr);
}

const ITSELF = /^(prometheus|alertmanager)_/;

function chosen(text: string, node: Node, scope: readonly string[]): Insertion[] {
  const name = node.getChild('Identifier');
  if (name !== null && ITSELF.test(textOf(text, name))) return [];
  const list = node.getChild('LabelMatchers');
  const present = list === null ? '' : textOf(text, list);
  const added = scope.map(matcher).filter((each) => !present.includes(each));
  if (added.length === 0) return [];
  if (list === null) return [{ at: node.to, text: `{${added.join(',')}}` }];
  const separator = /\{\s*\}$/.test(present) ? '' : ',';
  return [{ at: list.to - 1, text: separator + added.join(',') }];
}

function kept(text: string, node: Node, scope: readonly string[]): Insertion[] {
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) {
    const operation = node.getChild('AggregateOp');
    return operation === null ? [] : [{ at: operation.to, text: ` by (${scope.join(', ')})` }];
  }
  return modifier.getChild('By') === null ? [] : extended(text, modifier.getChild('GroupingLabels'), scope);
}

const matched = (text: string, node: Node, scope: readonly string[]): Insertion[] =>
  node.getChild('On') === null ? [] : extended(text, node.getChild('GroupingLabels'), scope);

function extended(text: string, list: Node | null, scope: readonly string[]): Insertion[] {
  if (list === null) return [];
  const present = list.getChildren('LabelName').map((name) => textOf(text, name));
  const added = scope.filter((label) => !present.includes(label));
  if (added.length === 0) return [];
  return [{ at: list.to - 1, text: (present.length > 0 ? ', ' : '') + added.join(', ') }];
}

const textOf = (text: string, { from, to }: { readonly from: number; readonly to: number }): string =>
  text.slice(from, to);

/** An expression with its variables filled in, so that it can be parsed, and where a place of it was before. */
function parseable(expr: string): { readonly text: string; placeOf(at: number): number } {
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let text = '';
  let before = 0;
  for (const found of expr.matchAll(/"(?:[^"\\]|\\.)*"|\$\{\w+(?::\w+)?\}|\$\w+/g)) {
    const filled = filledVariable(found[0]);
    text += expr.slice(before, found.index) + filled;
    before = found.index + found[0].length;
    shifts.push({ from: text.length, by: before - text.length });
  }
  text += expr.slice(before);
  return { text, placeOf: (at) => at + (shifts.findLast(({ from }) => from <= at)?.by ?? 0) };
}

/** A variable's value as Grafana would fill it in, or a number for one of the dashboard's own; a string as it is. */
function filledVariable(text: string): string {
  const filled = fillVariables(text);
  return filled === text && text.startsWith('$') ? '1' : filled;
}
