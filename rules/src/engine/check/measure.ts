import { selectorOf } from './selector.ts';
import {
  binaryOf,
  calledName,
  isComparison,
  operands,
  type ParsedQuery,
  parseQuery,
  type SyntaxNode,
  textOf,
} from './tree.ts';

/**
 * What numbers measure: powers of seconds, bytes and things that were counted, and by what they were multiplied. A point in time is no length of time:
 * only the difference of two is.
 */
export interface Measure {
  readonly seconds: number;
  readonly bytes: number;
  readonly things: number;
  /** 60 for what is counted per minute, 1 for the unit itself. */
  readonly factor: number;
  readonly isInstant: boolean;
}

/** A number that was written down measures whatever it stands beside. */
interface Literal {
  readonly literal: number;
}

/** Undefined where nobody can know, as of a gauge without a unit in its name. */
type Known = Measure | Literal | undefined;

/** Two operands that can't be added, compared or joined. */
export interface Mismatch {
  readonly node: SyntaxNode;
  readonly message: string;
}

const RATIO: Measure = { seconds: 0, bytes: 0, things: 0, factor: 1, isInstant: false };
const SECONDS: Measure = { ...RATIO, seconds: 1 };
const BYTES: Measure = { ...RATIO, bytes: 1 };
const THINGS: Measure = { ...RATIO, things: 1 };
const PER_SECOND_OF_THINGS: Measure = { ...THINGS, seconds: -1 };
const INSTANT: Measure = { ...SECONDS, isInstant: true };

/**
 * What an expression measures, by the names of the metrics in it; undefined where they do not say. Grafana's variables must have been replaced.
 *
 * ```ts
 * measure('60 * rate(jobs_total[5m])'); // { things: 1, seconds: -1, factor: 60, … }
 * ```
 */
export const measure = (expression: string): Measure | undefined => measureOf(parseQuery(expression));

/** The same of a part of a parsed expression. Every mismatch within it is told to `told`. */
export function measureOf(
  query: ParsedQuery,
  node: SyntaxNode = query.root,
  told: (mismatch: Mismatch) => void = () => {},
): Measure | undefined {
  const known = measured(query, node, told);
  return known !== undefined && 'literal' in known ? undefined : known;
}

function measured(query: ParsedQuery, node: SyntaxNode, told: (mismatch: Mismatch) => void): Known {
  const inner = operands(node);
  const of = (each: SyntaxNode | undefined): Known => each && measured(query, each, told);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { literal: Number(textOf(query, node)) };
    case 'VectorSelector':
      return ofName(selectorOf(query, node).metric ?? '');
    case 'AggregateExpr': {
      const operation = calledName(query, node) ?? '';
      const measures = inner.map(of);
      return ['count', 'count_values'].includes(operation)
        ? THINGS
        : operation === 'group'
          ? RATIO
          : measures.at(-1);
    }
    case 'FunctionCall':
      return called(query, calledName(query, node) ?? '', inner, of);
    case 'BinaryExpr':
      return combined(query, node, of, told);
    case 'UnaryExpr': {
      const value = of(inner[0]);
      return value !== undefined && 'literal' in value ? { literal: -value.literal } : value;
    }
    default:
      return of(inner[0]);
  }
}

const PER_SECOND = ['rate', 'irate', 'deriv'];
const COUNTING = ['changes', 'resets', 'count_over_time'];
const SECOND_ARGUMENT = ['quantile_over_time', 'histogram_quantile'];
const YES = ['absent', 'absent_over_time', 'present_over_time', 'sgn'];

function called(
  query: ParsedQuery,
  name: string,
  args: readonly SyntaxNode[],
  of: (node: SyntaxNode | undefined) => Known,
): Known {
  if (name === 'time') return INSTANT;
  if (name === 'timestamp') {
    of(args[0]);
    return INSTANT;
  }
  if (YES.includes(name)) return RATIO;
  const argument = of(args[SECOND_ARGUMENT.includes(name) ? 1 : 0]);
  if (COUNTING.includes(name)) return THINGS;
  if (name === 'histogram_quantile') return bucketsOf(query, args[1]);
  if (PER_SECOND.includes(name))
    return isMeasure(argument) ? { ...argument, seconds: argument.seconds - 1 } : undefined;
  return argument;
}

/** The bounds of the buckets that are read somewhere within. */
function bucketsOf(query: ParsedQuery, node: SyntaxNode | undefined): Known {
  if (node === undefined) return undefined;
  if (node.name === 'VectorSelector') {
    const metric = selectorOf(query, node).metric ?? '';
    return metric.includes('_bucket')
      ? ofName(metric.replace(/_bucket\b.*$/, '').replace(/^.*:/, ''))
      : undefined;
  }
  for (const each of operands(node)) {
    const found = bucketsOf(query, each);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isMeasure = (known: Known): known is Measure => known !== undefined && !('literal' in known);
const isLiteral = (known: Known): known is Literal => known !== undefined && 'literal' in known;

function combined(
  query: ParsedQuery,
  node: SyntaxNode,
  of: (node: SyntaxNode | undefined) => Known,
  told: (mismatch: Mismatch) => void,
): Known {
  const binary = binaryOf(query, node);
  if (binary === undefined) return undefined;
  const { operator, filters } = binary;
  const [left, right] = [of(binary.left), of(binary.right)];
  if (operator === 'And' || operator === 'Unless') return left;
  if (operator === 'Mul' || operator === 'Div') return scaled(operator, left, right);
  if (operator === 'Mod' || operator === 'Pow' || operator === 'Atan2')
    return operator === 'Mod' ? left : undefined;
  const say = (message: string) => told({ node, message });
  if (operator === 'Sub' || operator === 'Add') return summed(operator, left, right, say);
  // Conditions of an alert may tell of different things, so nothing is asked of `or`.
  if (operator === 'Or') return isMeasure(left) ? left : (right ?? left);
  if (isMeasure(left) && isMeasure(right) && !isAlike(left, right))
    say(`${measureText(left)} are compared with ${measureText(right)}`);
  if (isComparison(binary) && !filters) return RATIO;
  return left;
}

function scaled(operator: 'Mul' | 'Div', left: Known, right: Known): Known {
  const sign = operator === 'Mul' ? 1 : -1;
  if (isLiteral(left) && isLiteral(right))
    return { literal: operator === 'Mul' ? left.literal * right.literal : left.literal / right.literal };
  // `0 * x` is how a zero for each series is written: a zero of anything.
  if ((isLiteral(left) && left.literal === 0) || (isLiteral(right) && right.literal === 0)) return undefined;
  if (isLiteral(right) && isMeasure(left)) return { ...left, factor: left.factor * right.literal ** sign };
  if (isLiteral(left) && isMeasure(right))
    return operator === 'Mul' ? { ...right, factor: right.factor * left.literal } : undefined;
  if (!isMeasure(left) || !isMeasure(right)) return undefined;
  return {
    seconds: left.seconds + sign * right.seconds,
    bytes: left.bytes + sign * right.bytes,
    things: left.things + sign * right.things,
    factor: left.factor * right.factor ** sign,
    isInstant: left.isInstant && isSame(right, RATIO),
  };
}

function summed(operator: 'Sub' | 'Add', left: Known, right: Known, say: (message: string) => void): Known {
  if (!isMeasure(left) || !isMeasure(right))
    return isMeasure(left) ? left : isMeasure(right) ? right : undefined;
  const verb = operator === 'Add' ? 'are added to' : 'are taken from';
  const [what, from] = operator === 'Add' ? [left, right] : [right, left];
  if (left.isInstant && right.isInstant) {
    if (operator === 'Add') say('two points in time are added');
    return SECONDS;
  }
  if (right.isInstant && operator === 'Sub') say('a point in time is taken from a length of time');
  const isShifted =
    (left.isInstant || right.isInstant) &&
    [left, right].every(({ seconds, bytes }) => seconds === 1 && bytes === 0);
  if (!isShifted && !isAlike(left, right)) say(`${measureText(what)} ${verb} ${measureText(from)}`);
  return left.isInstant || right.isInstant ? INSTANT : left;
}

/** Counts and shares are both plain numbers, which names do not always tell apart. */
const isAlike = (a: Measure, b: Measure): boolean =>
  a.seconds === b.seconds && a.bytes === b.bytes && a.isInstant === b.isInstant;
const isSame = (a: Measure, b: Measure): boolean => isAlike(a, b) && a.things === b.things;

/** A measure in words, such as "seconds". */
export function measureText({ seconds, bytes, things, isInstant }: Measure): string {
  if (isInstant) return 'points in time';
  const all = [
    [bytes, 'bytes'],
    [things, 'counts'],
    [seconds, 'seconds'],
  ] as const;
  const over = all.flatMap(([power, name]) => Array.from({ length: Math.max(0, power) }, () => name));
  const under = all.flatMap(([power, name]) => Array.from({ length: Math.max(0, -power) }, () => name));
  const text = over.length === 0 ? 'shares' : over.join(' times ');
  return under.length === 0 ? text : `${text} per ${under.join(' times ').replaceAll(/s\b/g, '')}`;
}

/**
 * What the name of a metric says that it measures: base units are its last word, before what a counter or a part of a histogram adds. A recorded
 * series is `level:metric:operation`.
 */
export function ofName(name: string): Measure | undefined {
  const [, metric = name, operation = ''] = /^[^:]*:([^:]*):(.*)$/.exec(name) ?? [];
  // What is divided by time is a ratio too, of another kind.
  if (/_per_second$/.test(metric)) return PER_SECOND_OF_THINGS;
  if (/^(ratio|bool)/.test(operation) || operation === 'info') return RATIO;
  if (operation === 'count') return THINGS;
  // A counter loses `_total` where it is recorded.
  const own = ofMetric(metric) ?? (/^(total|increase|rate)/.test(operation) ? THINGS : undefined);
  return own !== undefined && /^rate/.test(operation) ? { ...own, seconds: own.seconds - 1 } : own;
}

function ofMetric(metric: string): Measure | undefined {
  if (/_(bucket|count)$/.test(metric)) return THINGS;
  const base = metric.replace(/_(total|sum)$/, '');
  if (/_info$/.test(base)) return RATIO;
  if (/_ratio$/.test(base)) return RATIO;
  if (/_(timestamp|start_time)_seconds$|^ALERTS_FOR_STATE$/.test(base)) return INSTANT;
  if (/_seconds$/.test(base)) return SECONDS;
  if (/_bytes$/.test(base)) return BYTES;
  return base === metric ? undefined : THINGS;
}
