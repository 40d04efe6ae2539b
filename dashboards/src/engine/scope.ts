import { parser } from '@prometheus-io/lezer-promql';
import {
  fillVariables,
  type Part,
  type Query,
  type RenderContext,
  renderQuery,
  withScope,
} from '@sightglass/rules';
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

/**
 * An expression within one estate: every selector is filtered by the drop-downs of the scope labels, and {@link withScope} keeps estates apart in
 * what is aggregated and matched. Read from the parsed expression, so that what an author wrote does not matter; what is there already stays.
 * What Prometheus and Alertmanager say of themselves is told in every estate: they serve several, and often live in another.
 */
export function withinScope(expr: string, scope: readonly string[]): string {
  if (scope.length === 0) return expr;
  const { text, restore } = withoutVariables(expr);
  return restore(withScope(withChoices(text, scope), scope));
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Every selector with a matcher for each drop-down of the scope. */
function withChoices(text: string, scope: readonly string[]): string {
  return selectorsIn(parser.parse(text).topNode)
    .map((selector) => choiceIn(text, selector, scope))
    .sort((a, b) => b.at - a.at)
    .reduce((sum, { at, added }) => sum.slice(0, at) + added + sum.slice(at), text);
}

function selectorsIn(node: Node): Node[] {
  const found = node.name === 'VectorSelector' ? [node] : [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(...selectorsIn(child));
  return found;
}

const ITSELF = /^(prometheus|alertmanager)_/;

function choiceIn(text: string, selector: Node, scope: readonly string[]): { at: number; added: string } {
  const textOf = (node: Node | null) => (node === null ? '' : text.slice(node.from, node.to));
  const list = selector.getChild('LabelMatchers');
  const present = textOf(list);
  const missing = scope.map(matcher).filter((each) => !present.includes(each));
  const at = list === null ? selector.to : list.to - 1;
  if (missing.length === 0 || ITSELF.test(textOf(selector.getChild('Identifier')))) return { at, added: '' };
  const added = missing.join(',');
  if (list === null) return { at, added: `{${added}}` };
  return { at, added: /\{\s*\}$/.test(present) ? added : `,${added}` };
}

/** A variable; or a string, in which variables stay as they are. */
const VARIABLE = /"(?:[^"\\]|\\.)*"|\$\{\w+(?::\w+)?\}|\$\w+/g;

/** An expression that can be parsed, with a number or a duration in the place of each variable, and the way back. */
function withoutVariables(expr: string): { readonly text: string; restore(text: string): string } {
  const places: { readonly place: string; readonly variable: string }[] = [];
  const text = expr.replaceAll(VARIABLE, (variable) => {
    if (variable.startsWith('"')) return variable;
    const filled = fillVariables(variable);
    const isDuration = filled !== variable && /[a-z]$/.test(filled);
    // A number that nobody would write, and of the same length for all, so that none is the beginning of another.
    const place = `${8_070_605_040_000 + places.length}${isDuration ? 's' : ''}`;
    places.push({ place, variable });
    return place;
  });
  const restore = (changed: string) =>
    places.reduce((sum, { place, variable }) => sum.replace(place, () => variable), changed);
  return { text, restore };
}
