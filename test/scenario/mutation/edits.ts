import { parser } from '@prometheus-io/lezer-promql';
import { formatSeconds, parseSeconds } from './duration.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** One change of an expression: what it replaces, by position, and what it says. */
interface Edit {
  /** What happened, and to which word, where the texts alone do not say it. */
  readonly says?: { readonly at: readonly [from: number, to: number]; readonly what: string };
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** An expression with one thing changed. */
export interface Variant {
  /** `> became >=`. */
  readonly change: string;
  readonly expr: string;
}

/** Every comparison, and those that it is mistaken for: its neighbour at the boundary, and its opposite. */
const COMPARISONS: { readonly [operator: string]: readonly string[] } = {
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '<': ['<=', '>'],
  '<=': ['<', '>'],
  '==': ['!=', '>'],
  '!=': ['==', '>'],
};
/** Aggregations that are easily taken for each other. */
const AGGREGATIONS: { readonly [operator: string]: readonly string[] } = {
  max: ['min'],
  min: ['max'],
  sum: ['max'],
  avg: ['max'],
  count: ['sum'],
};
const COMPARISON_NODES = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'EqlC', 'Neq']);
const SET_NODES = new Set(['And', 'Or', 'Unless']);

/** Every expression that differs from `expr` in one thing that matters. */
export function variantsOf(expr: string): Variant[] {
  const edits: Edit[] = [];
  const cursor = parser.parse(expr).cursor();
  do {
    edits.push(...editsAt(cursor.node, expr));
  } while (cursor.next());
  return edits.map((edit) => ({
    change: describe(edit, edits, expr),
    expr: expr.slice(0, edit.from) + edit.text + expr.slice(edit.to),
  }));
}

/** Names an edit by what it replaces, and by which of the same texts that is: so it keeps its name when another part changes. */
function describe({ from, to, text, says }: Edit, edits: readonly Edit[], expr: string): string {
  const places = (each: Edit) => expr.slice(...(each.says?.at ?? [each.from, each.to]));
  const own = says?.at ?? [from, to];
  const word = expr.slice(...own);
  const starts = edits.filter((each) => places(each) === word).map((each) => each.says?.at[0] ?? each.from);
  const all = [...new Set(starts)].sort((a, b) => a - b);
  const which = all.length === 1 ? '' : ` (${all.indexOf(own[0]) + 1} of ${all.length})`;
  return `"${word}"${which} ${says?.what ?? (text === '' ? 'was left out' : `became "${text}"`)}`;
}

function editsAt(node: Node, expr: string): Edit[] {
  const own = (text: string): Edit => ({ from: node.from, to: node.to, text });
  const source = expr.slice(node.from, node.to);
  if (node.name === 'NumberDurationLiteral') return numbersNear(Number(source)).map(own);
  if (node.name === 'NumberDurationLiteralInDurationContext') {
    return [parseSeconds(source) * 2, parseSeconds(source) / 2].map((span) => own(formatSeconds(span)));
  }
  if (COMPARISON_NODES.has(node.name) && node.parent?.name === 'BinaryExpr')
    return COMPARISONS[source]!.map(own);
  if (node.name === 'AggregateOp') return (AGGREGATIONS[source] ?? []).map(own);
  if (node.name === 'BinaryExpr') return branches(node, expr);
  if (node.name === 'GroupingLabels') return withoutEach(node, expr, 'LabelName');
  if (node.name === 'LabelMatchers') return withoutEach(node, expr, 'UnquotedLabelMatcher');
  return [];
}

/**
 * Numbers that a threshold may be mistaken for: one more or less for a small count (a half stands between two counts), else a tenth; a share
 * stays a share.
 */
function numbersNear(value: number): string[] {
  const isCount =
    Math.abs(value) <= 20 && (Number.isInteger(value) || (value > 1 && Number.isInteger(value * 2)));
  if (isCount) return [String(value + 1), String(value - 1)];
  const step = value > 0 && value < 1 ? Math.min(value, 1 - value) / 10 : value / 10;
  return [value + step, value - step].map((near) => String(Number(near.toPrecision(12))));
}

/** A set operation with either side alone. */
function branches(node: Node, expr: string): Edit[] {
  const left = node.firstChild!;
  const right = node.lastChild!;
  const operator = left.nextSibling!;
  if (!SET_NODES.has(operator.name)) return [];
  const kept = (side: Node, lost: string): Edit => ({
    from: node.from,
    to: node.to,
    text: expr.slice(side.from, side.to),
    says: { at: [operator.from, operator.to], what: `lost its ${lost} side` },
  });
  return [kept(left, 'right'), kept(right, 'left')];
}

/** A list with each of its entries left out, with the comma that belongs to it. */
function withoutEach(node: Node, expr: string, name: string): Edit[] {
  return node.getChildren(name).map(({ from, to }) => {
    const after = /^\s*,\s*/.exec(expr.slice(to, node.to))?.[0].length ?? 0;
    const before = after > 0 ? 0 : (/,\s*$/.exec(expr.slice(node.from, from))?.[0].length ?? 0);
    return { from: from - before, to: to + after, text: '' };
  });
}
