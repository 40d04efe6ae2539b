import { DEFAULT_SCOPE, metricsToldIn } from '@sightglass/rules';
import type { RuleMutant } from './mutants.ts';
import { type Node, treeOf } from './tree.ts';

/** Why nothing can tell some mutants from their rules, as a rule: which ones, by the form of the expression. */
export interface Equivalence {
  /** The name of the proof. */
  readonly title: string;
  readonly reason: string;
  isEqual(mutant: RuleMutant): boolean;
}

/** What holds of every expression, whatever it is of. */
export const EQUIVALENCES: readonly Equivalence[] = [
  {
    title: 'a value that nobody looks at',
    reason:
      'The right side of a set operation, what is counted or grouped, and what is multiplied by 0, is only there or not. So no change matters that gives the same series other values.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      if (changed === undefined || !changesValues(changed)) return false;
      // What is no number is none when it is multiplied by 0.
      const mayBeNone = rule.expr[changed.from] === '/';
      return isUnseen(changed, original.expr, mayBeNone);
    },
  },
  {
    title: 'a matcher that the other side has',
    reason:
      'What is compared, subtracted, joined or taken away by all labels meets only what has the same labels. Where one side matches them, the other need not.',
    isEqual: ({ original, rule, part }) => part === 'expression' && isMatchedAnyway(original.expr, rule.expr),
  },
  {
    title: 'a label that it has anyway',
    reason: 'A series keeps the label that it is read by, so nothing has to put it on.',
    isEqual: ({ original, rule, part }) => {
      const lost = Object.entries(original.labels ?? {}).filter(
        ([name]) => rule.labels?.[name] === undefined,
      );
      return (
        part === 'label' &&
        lost.length === 1 &&
        lost.every(([name, value]) =>
          matchesOnly(treeOf(original.expr).topNode.firstChild!, `${name}="${value}"`, original.expr),
        )
      );
    },
  },
  {
    title: 'the largest of equals',
    reason: 'What is asked to be equal to a number is that number, so the largest of it is the smallest.',
    isEqual: ({ original, rule, part }) =>
      part === 'expression' &&
      [...original.expr.matchAll(/\bmax(?= by \([\w, ]*\) \([^()]+ == \d+\))/g)].some(
        ({ index }) =>
          rule.expr === `${original.expr.slice(0, index)}min${original.expr.slice(index + 'max'.length)}`,
      ),
  },
  {
    title: 'a sum of ones',
    reason: 'The value of a group is 1, so the sum of groups is their count.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      const aggregation = changed?.parent?.parent;
      if (changed === undefined || aggregation?.name !== 'AggregateExpr') return false;
      const from = aggregation.from;
      return (
        original.expr.slice(from).startsWith('count') &&
        rule.expr === `${original.expr.slice(0, from)}sum${original.expr.slice(from + 'count'.length)}` &&
        /^count by \([^)]*\) \(group by /.test(original.expr.slice(from))
      );
    },
  },
  {
    title: 'the larger of two that are equal',
    reason:
      'Where two are equal, the second stands for the first, with the same value; and with the same labels, where they are compared by all that the second has.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      const comparison = changed?.parent;
      const either = comparison?.parent;
      if (changed?.name !== 'Gte' || comparison?.name !== 'BinaryExpr' || either?.name !== 'BinaryExpr')
        return false;
      const text = (node: Node) => original.expr.slice(node.from, node.to);
      return (
        rule.expr === `${original.expr.slice(0, changed.from)}>${original.expr.slice(changed.to)}` &&
        operatorOf(either) === 'Or' &&
        either.firstChild!.from === comparison.from &&
        text(either.lastChild!) === text(comparison.lastChild!) &&
        keepsLabels(original.expr.slice(changed.to, comparison.lastChild!.from), text(comparison.lastChild!))
      );
    },
  },
  {
    title: 'what is not recorded yet',
    reason:
      'A rule that reads itself finds what the evaluation before recorded, so it need not look before this one.',
    isEqual: ({ original, rule }) => {
      if (original.record === undefined || !original.expr.includes(' offset 1ms')) return false;
      const read = `${original.record}${matchersText(original.labels)}[`;
      return [...original.expr.matchAll(/([^\s()]+\[\w+\]) offset 1ms/g)].some(
        ({ 0: whole, 1: without, index }) =>
          without!.startsWith(read) &&
          rule.expr === original.expr.slice(0, index) + without + original.expr.slice(index + whole.length),
      );
    },
  },
  {
    title: 'who is there anyway',
    reason:
      'Where only labels count, a branch of what another branch is of has no label that the other one has not, so it may be any other such branch.',
    isEqual: ({ original, rule, part }) => part === 'expression' && isThereAnyway(original.expr, rule.expr),
  },
  {
    title: 'what is asked again',
    reason:
      'Who has something has it at any value, so it need not be asked whether it has it where its value is asked.',
    isEqual: ({ original, rule, part }) =>
      part === 'expression' &&
      [ASKED_AGAIN, ASKED_BEFORE]
        .flatMap((form) => [...original.expr.matchAll(form)])
        .some(({ 0: whole, 1: label, index }) =>
          ['', whole.replace(`(${label})`, '()')].some(
            (became) =>
              rule.expr ===
              original.expr.slice(0, index) + became + original.expr.slice(index + whole.length),
          ),
        ),
  },
  {
    title: 'a count that stays what it was',
    reason:
      'What is as much as before has grown by nothing, and nothing is also what the last branch gives. So it does not matter which branch takes it.',
    isEqual: ({ original, rule }) =>
      [...original.expr.matchAll(COUNTED)].some(({ 0: whole, index }) =>
        [
          whole.replace(' >= 0)', ' > 0)'),
          whole.replace(/^(\S+ - \S+ >= 0\)\s+or\s+\(\S+) < /, '$1 <= '),
        ].some(
          (became) =>
            became !== whole &&
            rule.expr === original.expr.slice(0, index) + became + original.expr.slice(index + whole.length),
        ),
      ),
  },
  {
    title: 'what is multiplied by an information',
    reason: 'The value of an information is 1, so it is the same to divide by it.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      const right = changed?.parent?.lastChild;
      return (
        changed?.name === 'Mul' &&
        right?.name === 'VectorSelector' &&
        namesIn(right, original.expr).every((name) => /[_:]info$/.test(name))
      );
    },
  },
  {
    title: 'nothing of what is never nothing',
    reason:
      'Intervals and times are above 0, and so is what is asked to be, so 0 divided by one of them is 0 as well.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      const operation = changed?.parent;
      if (changed?.name !== 'Mul' || operation === undefined || operation === null) return false;
      const [left, right] = [operation.firstChild!, operation.lastChild!];
      const names = namesIn(right, original.expr);
      return (
        original.expr.slice(left.from, left.to) === '0' &&
        names.length > 0 &&
        (names.every((name) => /_(interval_seconds|timestamp_seconds)(:|$)/.test(name)) ||
          isAboveNothing(right, original.expr))
      );
    },
  },
  {
    title: 'nothing has not grown',
    reason:
      'What was not there before has grown if it is more than 0; 0 divided by 0 is no number, which is not more than 0 either, and twice as much is as much more.',
    isEqual: ({ original, rule, part }) =>
      part === 'expression' &&
      [...original.expr.matchAll(GROWN)].some(({ 0: whole, 1: less, index }) => {
        const at = (became: string) =>
          rule.expr === original.expr.slice(0, index) + became + original.expr.slice(index + whole.length);
        const node = treeOf(original.expr).resolveInner(index, 1);
        return (
          at(whole.replace(`or 0 * ${less}`, `or 0 / ${less}`)) ||
          (at(whole.replace(`or 0 * ${less}`, `or -1 * ${less}`)) && isUnseen(node, original.expr))
        );
      }),
  },
];

/** The name of the proof that a mutant is equal to its rule, whatever the rule is of. */
export const provenOf = (mutant: RuleMutant): string | undefined =>
  EQUIVALENCES.find((each) => each.isEqual(mutant))?.title;

/** What the engine writes of a counter now and before: `now - before >= 0`, or it is less, or there was nothing, or nothing has changed. */
const COUNTED =
  /(?<=\()(\S+) - (\S+) >= 0\)\s+or\s+\(\1 < \2 unless [^\n]*\)\s+or\s+\(\1 unless on [^\n]*\2 and [^\n]*\)\s+or\s+0 \* \1\s/g;

/** What has just grown: it is more than before, or than nothing. */
const GROWN = /\((\S+) - \(last_over_time\(\1\[6h\] offset 1ms\) or 0 \* \1\) > 0\)/g;

/** Whether all values of an expression are above 0, as it asks for that. */
function isAboveNothing(node: Node, expr: string): boolean {
  if (node.name === 'ParenExpr') return isAboveNothing(node.firstChild!, expr);
  const text = (each: Node) => expr.slice(each.from, each.to);
  if (node.name === 'AggregateExpr')
    return (
      ['sum', 'max', 'min'].includes(text(node.firstChild!)) &&
      isAboveNothing(node.getChild('FunctionCallBody')!.firstChild!, expr)
    );
  if (node.name !== 'BinaryExpr' || node.getChild('BoolModifier') !== null) return false;
  const [operator, limit] = [operatorOf(node), node.lastChild!];
  if (!isNumber(limit, expr)) return false;
  return (
    (operator === 'Gtr' && Number(text(limit)) >= 0) || (operator === 'Eql' && Number(text(limit)) !== 0)
  );
}

/** Of those that have a series, those that have it with a value. */
const ASKED_AGAIN = / and on \((\w+)\) ([\w:]+)(?=\) and on \(\1\) (?:\(\2 <= [\d.]+\)|\2)\))/g;

/** Of those that have a series, those that have it. */
const ASKED_BEFORE = /(?<= and on \((\w+)\) ([\w:]+)\)) and on \(\1\) \2(?=\))/g;

const matchersText = (labels: RuleMutant['original']['labels']): string =>
  labels === undefined
    ? ''
    : `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value}"`)
        .join(',')}}`;

/** Whether what was changed is a branch where only labels count, and the other branch has them all. */
function isThereAnyway(expr: string, other: string): boolean {
  let is = false;
  treeOf(expr).iterate({
    enter({ name, node }) {
      const mayBeNone = other.split('/').length > expr.split('/').length;
      if (is || name !== 'BinaryExpr' || operatorOf(node) !== 'Or' || !isUnseen(node, expr, mayBeNone))
        return;
      const [left, right] = [node.firstChild!, node.lastChild!];
      const all = expr.slice(right.from, right.to);
      const on = onOf(node, expr);
      if (on === undefined || !isOf(left, all, expr, on)) return;
      const rest = expr.length - left.to;
      const became = other.slice(left.from, other.length - rest);
      const isLeft =
        other.slice(0, left.from) === expr.slice(0, left.from) &&
        other.slice(other.length - rest) === expr.slice(left.to);
      is =
        other === expr.slice(0, node.from) + all + expr.slice(node.to) ||
        (isLeft && became !== '' && isOf(treeOf(became).topNode.firstChild, all, became, on));
    },
  });
  return is;
}

/** By which labels an operation joins; undefined for all. */
const onOf = (node: Node, expr: string): string | undefined => {
  const clause = node.getChild('MatchingModifierClause');
  const labels = clause?.getChild('GroupingLabels');
  return labels == null ? undefined : expr.slice(labels.from, labels.to);
};

/** Whether an expression has no labels but those of another: it is computed from it, or is some of it. */
function isOf(node: Node | null, all: string, expr: string, on: string): boolean {
  if (node === null) return false;
  if (expr.slice(node.from, node.to) === all) return true;
  if (node.name === 'ParenExpr') return isOf(passed(node) ?? null, all, expr, on);
  if (node.name !== 'BinaryExpr') return false;
  const operator = operatorOf(node);
  if (operator === 'Or' || operator === undefined) return false;
  // Any other operation has only the labels that it joins by.
  if (!SETS.has(operator) && (onOf(node, expr) ?? on) !== on) return false;
  const isFromRight = isNumber(node.firstChild!, expr) && isOf(node.lastChild, all, expr, on);
  return isFromRight || isOf(node.firstChild, all, expr, on);
}

/** Whether a matcher was left out on one side of what is matched by all labels, while the other side has it. */
function isMatchedAnyway(expr: string, other: string): boolean {
  const left = leftOut(expr, other);
  if (left === undefined) return false;
  let below: Node = left.selector;
  for (let node = below.parent; node !== null; below = node, node = node.parent) {
    if (node.name === 'BinaryExpr') {
      const operator = operatorOf(node);
      const isLeft = node.firstChild!.from === below.from;
      const beside = isLeft ? node.lastChild! : node.firstChild!;
      if (node.getChild('MatchingModifierClause') !== null || node.getChild('BoolModifier') !== null)
        return false;
      if (operator === 'Or' || isNumber(beside, expr)) continue;
      if (operator === 'Unless' && isLeft) return false;
      return operator !== undefined && matchesOnly(beside, left.matcher, expr);
    }
    if (!isPassage(node, expr)) return false;
  }
  return false;
}

/** The matcher that another expression has not, and the selector that it was of. */
function leftOut(
  expr: string,
  other: string,
): { readonly selector: Node; readonly matcher: string } | undefined {
  if (other.length >= expr.length) return undefined;
  const found: { selector: Node; matcher: string }[] = [];
  treeOf(expr).iterate({
    enter({ name, node }) {
      if (name !== 'UnquotedLabelMatcher') return;
      const text = expr.slice(node.from, node.to);
      const list = node.parent!;
      const matchers = list.getChildren('UnquotedLabelMatcher').filter((each) => each.from !== node.from);
      const without = `{${matchers.map((each) => expr.slice(each.from, each.to)).join(',')}}`;
      const became = [without, ...(matchers.length === 0 ? [''] : [])].map(
        (less) => expr.slice(0, list.from) + less + expr.slice(list.to),
      );
      if (became.includes(other)) found.push({ selector: list.parent!, matcher: text });
    },
  });
  return found[0];
}

/** Whether all that comes of an expression has what this matcher matches. */
function matchesOnly(node: Node, matcher: string, expr: string): boolean {
  if (node.name === 'VectorSelector')
    return (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).some(
      (each) => expr.slice(each.from, each.to) === matcher,
    );
  if (node.name === 'BinaryExpr') {
    const operator = operatorOf(node) ?? '';
    const isOn = node.getChild('MatchingModifierClause') !== null;
    if (isOn && !SETS.has(operator)) return false;
    if (isOn && operator === 'And') return matchesOnly(node.firstChild!, matcher, expr);
    const [left, right] = [node.firstChild!, node.lastChild!];
    if (isNumber(left, expr)) return matchesOnly(right, matcher, expr);
    if (isNumber(right, expr)) return matchesOnly(left, matcher, expr);
    const [ofLeft, ofRight] = [left, right].map((side) => matchesOnly(side, matcher, expr));
    switch (operator) {
      case 'Or':
        return ofLeft! && ofRight!;
      case 'Unless':
        return ofLeft!;
      default:
        return ofLeft! || ofRight!;
    }
  }
  const within = isPassage(node, expr) ? passed(node) : undefined;
  return within !== undefined && matchesOnly(within, matcher, expr);
}

/** Nodes through which series come with all their labels. */
function isPassage(node: Node, expr: string): boolean {
  if (['ParenExpr', 'MatrixSelector', 'OffsetExpr', 'FunctionCallBody'].includes(node.name)) return true;
  return (
    node.name === 'FunctionCall' &&
    /^(last|max|min)_over_time\(|^clamp_(min|max)\(/.test(expr.slice(node.from, node.to))
  );
}

/** What comes through such a node. */
function passed(node: Node): Node | undefined {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (
      [
        'ParenExpr',
        'MatrixSelector',
        'OffsetExpr',
        'FunctionCallBody',
        'FunctionCall',
        'VectorSelector',
        'BinaryExpr',
      ].includes(child.name)
    )
      return child;
  return undefined;
}

const isNumber = (node: Node, expr: string): boolean => /^-?[\d.]+$/.test(expr.slice(node.from, node.to));

/** The part of an expression that is another in the other one; undefined where that is no single word. */
function changedNode(expr: string, other: string): Node | undefined {
  let from = 0;
  while (from < expr.length && expr[from] === other[from]) from++;
  let to = expr.length;
  while (to > from && expr[to - 1] === other[to - 1 + other.length - expr.length]) to--;
  let node: Node = treeOf(expr).resolveInner(from, 1);
  while (node.to < to && node.parent !== null) node = node.parent;
  return node.firstChild === null || WORDS.has(node.parent?.name ?? '') ? node : undefined;
}

/** Nodes that hold the one that names a function or an aggregation. */
const WORDS = new Set(['FunctionIdentifier', 'AggregateOp']);
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div']);
const SETS = new Set(['And', 'Or', 'Unless']);
const COMPARISONS = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq']);

/** Whether another word in this place gives the same series with other values. */
function changesValues(node: Node): boolean {
  const parent = node.parent?.name ?? '';
  if (WORDS.has(parent)) return true;
  if (ARITHMETIC.has(node.name)) return parent === 'BinaryExpr';
  if (node.name !== 'NumberDurationLiteral') return false;
  if (parent === 'FunctionCallBody') return true;
  return parent === 'BinaryExpr' && ARITHMETIC.has(operatorOf(node.parent!) ?? '');
}

const operatorOf = (node: Node): string | undefined => {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (
      ARITHMETIC.has(child.name) ||
      COMPARISONS.has(child.name) ||
      ['And', 'Or', 'Unless', 'Pow', 'Mod', 'Atan2'].includes(child.name)
    )
      return child.name;
  return undefined;
};

/** Whether the values that come from here are seen by nobody. */
function isUnseen(from: Node, expr: string, mayBeNone = false): boolean {
  let below = from;
  for (let node = from.parent; node !== null; below = node, node = node.parent) {
    if (node.name === 'BinaryExpr') {
      const operator = operatorOf(node);
      const isRight = node.lastChild!.from === below.from && node.lastChild!.to === below.to;
      if ((operator === 'And' || operator === 'Unless') && isRight) return true;
      // Multiplied by 0, only its labels count.
      if (
        operator === 'Mul' &&
        isRight &&
        !mayBeNone &&
        expr.slice(node.firstChild!.from, node.firstChild!.to) === '0'
      )
        return true;
      // A comparison sees them; so does anything of which it is not known.
      if (operator === undefined || COMPARISONS.has(operator)) return false;
    } else if (node.name === 'AggregateExpr' && !WORDS.has(below.name)) {
      const name = expr.slice(node.firstChild!.from, node.firstChild!.to);
      if (name === 'count' || name === 'group') return true;
      if (!['sum', 'max', 'min', 'avg'].includes(name)) return false;
    } else if (node.name === 'FunctionCall' && !WORDS.has(below.name)) {
      if (!/^(label_replace|clamp_min|clamp_max)\(/.test(expr.slice(node.from, node.to))) return false;
    }
  }
  return false;
}

const namesIn = (node: Node, expr: string): string[] => {
  const names: string[] = [];
  node.cursor().iterate(({ name, from, to }) => {
    if (name === 'Identifier') names.push(expr.slice(from, to));
  });
  return names;
};

/** Whether what is compared by these labels has all that its right side has: by its level, a recorded series says which those are, beside the scope. */
function keepsLabels(modifier: string, right: string): boolean {
  if (modifier.trim() === '') return true;
  const by = /^\s*on \(([\w, ]*)\)\s*$/.exec(modifier)?.[1]?.split(', ');
  if (by === undefined) return false;
  const level = by.filter((label) => !DEFAULT_SCOPE.includes(label)).join('_');
  const names = metricsToldIn(right);
  return names.length > 0 && names.every((name) => name.startsWith(`${level}:`));
}
