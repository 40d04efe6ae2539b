import { parser } from '@prometheus-io/lezer-promql';
import type { RuleMutant } from './mutants.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

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
      'The right side of a set operation, and what is counted or grouped, is only there or not. So no change matters that gives the same series other values.',
    isEqual: ({ original, rule, part }) => {
      if (part !== 'expression') return false;
      const changed = changedNode(original.expr, rule.expr);
      return changed !== undefined && changesValues(changed) && isUnseen(changed, original.expr);
    },
  },
  {
    title: 'a matcher on one side of a difference',
    reason:
      'A difference is of what both sides have. What a total grew by matches the same labels four times, so each of the four may be left out alone.',
    isEqual: ({ original, rule }) =>
      original.expr !== rule.expr &&
      [...original.expr.matchAll(GROWN)].some(
        ({ 0: whole, 1: total, 2: matchers, index }) =>
          matchers !== undefined &&
          leftOut(whole, total!, matchers).some(
            (without) =>
              rule.expr ===
              original.expr.slice(0, index) + without + original.expr.slice(index + whole.length),
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
    reason: 'Intervals and times are above 0, so 0 divided by one of them is 0 as well.',
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
        names.every((name) => /_(interval_seconds|timestamp_seconds)(:|$)/.test(name))
      );
    },
  },
];

/** The name of the proof that a mutant is equal to its rule, whatever the rule is of. */
export const provenOf = (mutant: RuleMutant): string | undefined =>
  EQUIVALENCES.find((each) => each.isEqual(mutant))?.title;

/** What {@link grownIn} of the engine writes, with the matchers of its total. */
const GROWN =
  /([\w:]+)(\{[^}]*\})? - \(\s*last_over_time\(\1\2\[15m\] offset \w+\)\s+or\s+last_over_time\(\1_hourly\2\[\w+\] offset \w+\)\s+or\s+0 \* \1\2\s*\)/g;

/** The same with the matchers left out once, or one of them. */
function leftOut(whole: string, total: string, matchers: string): string[] {
  const names = [`${total}${matchers}`, `${total}_hourly${matchers}`];
  const starts = names.flatMap((name) =>
    [...whole.matchAll(new RegExp(escaped(name), 'g'))].map(({ index }) => [index, name] as const),
  );
  return starts.flatMap(([index, name]) => {
    const bare = name.slice(0, -matchers.length);
    return [`${bare}{}`, ...fewer(matchers).map((less) => bare + less)].map(
      (less) => whole.slice(0, index) + less + whole.slice(index + name.length),
    );
  });
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `{a="1",b="2"}` without either. */
function fewer(matchers: string): string[] {
  const all = matchers.slice(1, -1).split(/,(?=\w+[=!])/);
  return all.map((_, i) => `{${all.toSpliced(i, 1).join(',')}}`);
}

/** The part of an expression that is another in the other one; undefined where that is no single word. */
function changedNode(expr: string, other: string): Node | undefined {
  let from = 0;
  while (from < expr.length && expr[from] === other[from]) from++;
  let to = expr.length;
  while (to > from && expr[to - 1] === other[to - 1 + other.length - expr.length]) to--;
  const tree = trees.get(expr) ?? parser.parse(expr);
  trees.set(expr, tree);
  let node: Node = tree.resolveInner(from, 1);
  while (node.to < to && node.parent !== null) node = node.parent;
  return node.firstChild === null || WORDS.has(node.parent?.name ?? '') ? node : undefined;
}

const trees = new Map<string, ReturnType<typeof parser.parse>>();

/** Nodes that hold the one that names a function or an aggregation. */
const WORDS = new Set(['FunctionIdentifier', 'AggregateOp']);
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div']);
const COMPARISONS = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'EqlC', 'Neq']);

/** Whether another word in this place gives the same series with other values. */
function changesValues(node: Node): boolean {
  const parent = node.parent?.name ?? '';
  if (WORDS.has(parent)) return true;
  if (ARITHMETIC.has(node.name)) return parent === 'BinaryExpr';
  if (node.name !== 'NumberDurationLiteral') return false;
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
function isUnseen(from: Node, expr: string): boolean {
  let below = from;
  for (let node = from.parent; node !== null; below = node, node = node.parent) {
    if (node.name === 'BinaryExpr') {
      const operator = operatorOf(node);
      const isRight = node.lastChild!.from === below.from && node.lastChild!.to === below.to;
      if ((operator === 'And' || operator === 'Unless') && isRight) return true;
      // A comparison sees them; so does anything of which it is not known.
      if (operator === undefined || COMPARISONS.has(operator)) return false;
    } else if (node.name === 'AggregateExpr' && !WORDS.has(below.name)) {
      const name = expr.slice(node.firstChild!.from, node.firstChild!.to);
      if (name === 'count' || name === 'group') return true;
      if (!['sum', 'max', 'min', 'avg'].includes(name)) return false;
    } else if (node.name === 'FunctionCall' && !WORDS.has(below.name)) {
      if (!expr.slice(node.from, node.to).startsWith('label_replace(')) return false;
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
