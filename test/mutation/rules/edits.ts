import { formatSeconds, parseSeconds } from '../../rules/duration.ts';
import { type Node, treeOf } from './tree.ts';

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
  sum: ['max', 'count'],
  avg: ['max'],
  count: ['sum'],
};
/** Functions that take and give the same, and are easily taken for each other. */
const FUNCTIONS: { readonly [name: string]: readonly string[] } = {
  increase: ['delta', 'rate'],
  rate: ['delta', 'increase'],
  irate: ['rate'],
  delta: ['increase'],
  idelta: ['delta'],
  deriv: ['delta'],
  changes: ['resets'],
  resets: ['changes'],
  last_over_time: ['max_over_time', 'min_over_time'],
  max_over_time: ['min_over_time', 'last_over_time'],
  min_over_time: ['max_over_time', 'last_over_time'],
  avg_over_time: ['max_over_time', 'min_over_time'],
  sum_over_time: ['count_over_time', 'max_over_time'],
  count_over_time: ['sum_over_time'],
  clamp_min: ['clamp_max'],
  clamp_max: ['clamp_min'],
  floor: ['ceil'],
  ceil: ['floor'],
  round: ['floor', 'ceil'],
};
/** What takes a second argument, which those that it is mistaken for do not take. */
const MAY_TAKE_TWO = new Set(['round']);
const ARITHMETIC: { readonly [operator: string]: string } = { '+': '-', '-': '+', '*': '/', '/': '*' };
/** What a set operation is mistaken for; that it has lost a side says more of `or`. */
const SETS: { readonly [operator: string]: string } = { and: 'unless', unless: 'and' };
/** A label that most series have, and no rule of ours tells things apart by. */
const ADDED_LABEL = 'instance';
/** Levels of recorded series that do not name their labels. */
const SHARED_LEVELS = new Set(['slo']);
const COMPARISON_NODES = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq']);
const ARITHMETIC_NODES = new Set(['Add', 'Sub', 'Mul', 'Div']);
const SET_NODES = new Set(['And', 'Or', 'Unless']);

/** Every expression that differs from `expr` in one thing that matters. */
export function variantsOf(expr: string): Variant[] {
  const edits: Edit[] = [];
  const cursor = treeOf(expr).cursor();
  do {
    edits.push(...editsAt(cursor.node, expr));
  } while (cursor.next());
  const variants = edits.map((edit) => ({
    change: describe(edit, edits, expr),
    expr: expr.slice(0, edit.from) + edit.text + expr.slice(edit.to),
  }));
  return [...new Map(variants.toReversed().map((variant) => [variant.expr, variant])).values()].reverse();
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
    const span = parseSeconds(source);
    return span < 1 ? withoutOffset(node) : [span * 2, span / 2].map((each) => own(formatSeconds(each)));
  }
  if (COMPARISON_NODES.has(node.name) && node.parent?.name === 'BinaryExpr')
    return COMPARISONS[source]!.map(own);
  if (node.parent?.name === 'BinaryExpr') {
    if (ARITHMETIC_NODES.has(node.name)) return [own(ARITHMETIC[source]!)];
    if (SET_NODES.has(node.name) && source in SETS) return [own(SETS[source]!)];
  }
  if (node.name === 'AggregateOp') return (AGGREGATIONS[source] ?? []).map(own);
  if (node.name === 'FunctionIdentifier')
    return (MAY_TAKE_TWO.has(source) && takesTwo(node) ? [] : (FUNCTIONS[source] ?? []))
      .filter((other) => other !== 'rate' || !isComparedWithZero(node, expr))
      .map(own);
  if (node.name === 'BinaryExpr') return branches(node, expr);
  if (node.name === 'GroupingLabels')
    return [...withoutEach(node, expr, 'LabelName'), ...withAnother(node, expr)];
  if (node.name === 'StringLiteral' && node.parent?.getChild('MatchOp')?.firstChild?.name === 'EqlRegex')
    return withoutAlternatives(node, expr);
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

/** An offset of less than a second only says "before this evaluation": half and twice as long do too, and only without it is it another. */
function withoutOffset(node: Node): Edit[] {
  const offset = node.parent?.parent;
  if (offset?.name !== 'OffsetExpr') return [];
  const says = { at: [node.from, node.to], what: 'was left out, as its offset' } as const;
  return [{ from: offset.firstChild!.to, to: node.to, text: '', says }];
}

/** A set operation with either side alone. */
function branches(node: Node, expr: string): Edit[] {
  const left = node.firstChild!;
  const right = node.lastChild!;
  const operator = left.nextSibling!;
  if (!SET_NODES.has(operator.name)) return [];
  const kept = (side: Node, lost: string, whole = node): Edit => ({
    from: whole.from,
    to: whole.to,
    text: expr.slice(side.from, side.to),
    says: { at: [operator.from, operator.to], what: `lost its ${lost} side` },
  });
  // An offset behind the right side is of that alone, but the grammar gives it to both.
  const parent = node.parent?.name === 'OffsetExpr' ? node.parent : node;
  return [kept(left, 'right', parent), kept(right, 'left')];
}

/** A list with each of its entries left out, with the comma that belongs to it. */
function withoutEach(node: Node, expr: string, name: string): Edit[] {
  return node.getChildren(name).map(({ from, to }) => {
    const after = /^\s*,\s*/.exec(expr.slice(to, node.to))?.[0].length ?? 0;
    const before = after > 0 ? 0 : (/,\s*$/.exec(expr.slice(node.from, from))?.[0].length ?? 0);
    return { from: from - before, to: to + after, text: '' };
  });
}

/** A list of `by` with one more label. */
function withAnother(node: Node, expr: string): Edit[] {
  const by = node.parent?.name === 'AggregateModifier' && node.parent.getChild('By') !== null;
  const names = node.getChildren('LabelName').map(({ from, to }) => expr.slice(from, to));
  const aggregation = node.parent!.parent!;
  if (!by || names.includes(ADDED_LABEL) || lacksInstance(aggregation, expr) || isOfSums(aggregation, expr))
    return [];
  const at = node.to - 1;
  const text = names.length === 0 ? ADDED_LABEL : `, ${ADDED_LABEL}`;
  return [{ from: at, to: at, text, says: { at: [node.from, node.to], what: `got ${ADDED_LABEL} as well` } }];
}

/** Whether what is aggregated is recorded series alone whose names say by which labels, and that is not one of them. */
function lacksInstance(aggregation: Node, expr: string): boolean {
  const names: string[] = [];
  aggregation.cursor().iterate(({ name, from, to }) => {
    if (name === 'Identifier') names.push(expr.slice(from, to));
  });
  const levels = names.map((name) => name.split(':')[0]!);
  return (
    names.length > 0 &&
    names.every((name) => name.includes(':')) &&
    levels.every((level) => !SHARED_LEVELS.has(level) && !level.split('_').includes(ADDED_LABEL))
  );
}

/** Whether what is aggregated is aggregated already, by labels of which that is none. */
function isOfSums(aggregation: Node, expr: string): boolean {
  let within = aggregation.getChild('FunctionCallBody')?.firstChild ?? null;
  while (within?.name === 'ParenExpr') within = within.firstChild;
  const modifier = within?.name === 'AggregateExpr' ? within.getChild('AggregateModifier') : undefined;
  const labels = modifier?.getChild('By') == null ? undefined : modifier.getChild('GroupingLabels');
  return (
    labels != null &&
    !expr
      .slice(labels.from, labels.to)
      .split(/[^\w]+/)
      .includes(ADDED_LABEL)
  );
}

/** A matcher such as `status=~"failed|timeout"` with each alternative left out. */
function withoutAlternatives({ from, to }: Node, expr: string): Edit[] {
  const text = expr.slice(from + 1, to - 1);
  if (!/^[\w-]+(\|[\w-]+)+$/.test(text)) return [];
  const alternatives = text.split('|');
  return alternatives.map((alternative, i) => ({
    from: from + 1,
    to: to - 1,
    text: alternatives.toSpliced(i, 1).join('|'),
    says: { at: [from, to], what: `lost ${alternative}` },
  }));
}

/** Whether a function is called with more than one argument. */
function takesTwo(node: Node): boolean {
  const body = node.parent!.getChild('FunctionCallBody')!;
  return body.firstChild!.to !== body.lastChild!.to;
}

/** Whether nothing but "is there any" is asked of a function's value: then it is the same per second. */
function isComparedWithZero(node: Node, expr: string): boolean {
  const neutral = new Set(['FunctionCall', 'FunctionCallBody', 'AggregateExpr', 'ParenExpr']);
  let at: Node | null = node.parent;
  while (at !== null && neutral.has(at.name)) {
    const operator = at.getChild('AggregateOp');
    if (operator !== null && !['sum', 'max'].includes(expr.slice(operator.from, operator.to))) return false;
    at = at.parent;
  }
  if (at?.name !== 'BinaryExpr' || at.getChild('Gtr') === null) return false;
  return expr.slice(at.lastChild!.from, at.lastChild!.to) === '0';
}
