import { parser } from '@prometheus-io/lezer-promql';

/** A node of the parsed expression. */
export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A parsed expression: its text and the root of its tree, which is there even when the text has syntax errors. */
export interface ParsedQuery {
  readonly text: string;
  readonly root: SyntaxNode;
  /** Every node of it, outermost first. */
  readonly all: readonly SyntaxNode[];
}

/** Of one installation; more are of several, of which each has its own. */
const KEPT = 4_000;
const parsed = new Map<string, ParsedQuery>();

/** An expression is rendered, checked, linted and looked through, and a metric's is in many rules: each text is parsed once. */
export function parseQuery(text: string): ParsedQuery {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const root = parser.parse(text).topNode;
  const query = { text, root, all: walk(root) };
  if (parsed.size >= KEPT) parsed.clear();
  parsed.set(text, query);
  return query;
}

export const textOf = ({ text }: ParsedQuery, node: SyntaxNode): string => text.slice(node.from, node.to);

/** Every node below and including `node`, outermost first. */
export function walk(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const enter = (each: SyntaxNode): void => {
    found.push(each);
    for (let child = each.firstChild; child; child = child.nextSibling) enter(child);
  };
  enter(node);
  return found;
}

/** Every node with one of these names. */
export function nodes(query: ParsedQuery, ...names: readonly string[]): SyntaxNode[] {
  return query.all.filter((node) => names.includes(node.name));
}

const EXPRESSIONS = new Set([
  'AggregateExpr',
  'BinaryExpr',
  'FunctionCall',
  'MatrixSelector',
  'NumberDurationLiteral',
  'OffsetExpr',
  'ParenExpr',
  'StringLiteral',
  'SubqueryExpr',
  'UnaryExpr',
  'VectorSelector',
  'StepInvariantExpr',
]);

/** The expressions that this one is made of: operands, arguments, what a parenthesis holds. */
export function operands(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'FunctionCallBody') found.push(...operands(child));
    else if (EXPRESSIONS.has(child.name)) found.push(child);
  }
  return found;
}

/** The expression inside parentheses, however many. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? operands(node)[0] : undefined;
  return inner === undefined ? node : unwrap(inner);
}

/** The name of the function or aggregation that the node calls. */
export function calledName(query: ParsedQuery, node: SyntaxNode): string | undefined {
  const name = node.getChild('FunctionIdentifier') ?? node.getChild('AggregateOp');
  return name === null ? undefined : textOf(query, name);
}

const COMPARISONS = ['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte'];
const SET_OPERATORS = ['And', 'Or', 'Unless'];

/** A binary expression taken apart. */
export interface Binary {
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
  /** The operator as grammar name: `Div`, `Gtr`, `Unless`. */
  readonly operator: string;
  /** Drops what does not compare, rather than giving 0 or 1. */
  readonly filters: boolean;
  readonly isSet: boolean;
  readonly matching: Matching | undefined;
}

/** `on (a, b) group_left (c)`. */
export interface Matching {
  readonly node: SyntaxNode;
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group: 'left' | 'right' | undefined;
  readonly included: readonly string[];
}

/** Undefined for what is no binary expression, or a broken one. */
export function binaryOf(query: ParsedQuery, node: SyntaxNode): Binary | undefined {
  const [left, right] = operands(node);
  const operator = left?.nextSibling?.name;
  if (node.name !== 'BinaryExpr' || left === undefined || right === undefined || operator === undefined)
    return undefined;
  return {
    left,
    right,
    operator,
    filters: COMPARISONS.includes(operator) && node.getChild('BoolModifier') === null,
    isSet: SET_OPERATORS.includes(operator),
    matching: matchingOf(query, node),
  };
}

export const isComparison = ({ operator }: Binary): boolean => COMPARISONS.includes(operator);

function matchingOf(query: ParsedQuery, node: SyntaxNode): Matching | undefined {
  const clause = node.getChild('MatchingModifierClause');
  if (clause === null) return undefined;
  const [labels, included] = clause.getChildren('GroupingLabels');
  return {
    node: clause,
    kind: clause.getChild('On') === null ? 'ignoring' : 'on',
    labels: labelNames(query, labels),
    group: clause.getChild('GroupLeft') ? 'left' : clause.getChild('GroupRight') ? 'right' : undefined,
    included: labelNames(query, included),
  };
}

/** The names in a list of labels. */
export function labelNames(query: ParsedQuery, list: SyntaxNode | null | undefined): readonly string[] {
  return list?.getChildren('LabelName').map((name) => textOf(query, name)) ?? [];
}
