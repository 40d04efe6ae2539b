import type { Catalog } from './catalog.ts';
import { selectorOf, stringValue } from './selector.ts';
import {
  type Binary,
  binaryOf,
  calledName,
  labelNames,
  operands,
  type ParsedQuery,
  type SyntaxNode,
  textOf,
} from './tree.ts';

/** The labels that a vector's series can have; `any` when an unknown metric is part of it, so that one mistake is reported once. */
export type Labels = ReadonlySet<string> | 'any';

/** What an expression gives, as far as it can be known without data. */
export interface Vector {
  readonly labels: Labels;
  /** Whether the numbers are a counter's own, which only ever grow. */
  readonly isCounter: boolean;
}

/** Functions that take a number from each series over time and leave a counter a counter. */
const KEEPS_COUNTER = [
  'last_over_time',
  'max_over_time',
  'min_over_time',
  'avg_over_time',
  'sort',
  'sort_desc',
];
const SELECTING = ['topk', 'bottomk', 'limitk', 'limit_ratio'];
const NO_VECTOR = ['time', 'pi', 'scalar', 'start', 'end', 'step', 'range'];

/** Undefined for what is no vector: numbers, strings, broken text. */
export function vectorOf(query: ParsedQuery, catalog: Catalog, node: SyntaxNode): Vector | undefined {
  const of = (inner: SyntaxNode | undefined) => inner && vectorOf(query, catalog, inner);
  const inner = operands(node);
  switch (node.name) {
    case 'VectorSelector': {
      const { metric } = selectorOf(query, node);
      const entry = catalog.get(metric ?? '');
      if (entry === undefined) return { labels: 'any', isCounter: false };
      return { labels: new Set(entry.labels.map(({ name }) => name)), isCounter: entry.kind === 'counter' };
    }
    case 'AggregateExpr': {
      const value = inner.map(of).find((found) => found !== undefined);
      return value && aggregated(query, node, value);
    }
    case 'FunctionCall':
      return called(query, catalog, node, inner);
    case 'BinaryExpr': {
      const binary = binaryOf(query, node);
      return binary && combined(binary, of(binary.left), of(binary.right));
    }
    default:
      return of(inner[0]);
  }
}

/** The labels that an aggregation keeps or drops. */
export function groupingOf(query: ParsedQuery, node: SyntaxNode) {
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) return undefined;
  const list = modifier.getChild('GroupingLabels');
  return {
    node: modifier,
    kind: modifier.getChild('By') === null ? ('without' as const) : ('by' as const),
    labels: labelNames(query, list),
  };
}

function aggregated(query: ParsedQuery, node: SyntaxNode, { labels, isCounter }: Vector): Vector {
  const operation = calledName(query, node) ?? '';
  if (SELECTING.includes(operation)) return { labels, isCounter };
  const grouping = groupingOf(query, node);
  let kept: Labels = new Set(grouping?.labels);
  if (grouping?.kind === 'without') kept = labels === 'any' ? 'any' : without(labels, grouping.labels);
  if (operation === 'count_values' && kept !== 'any') {
    const name = operands(node).find((operand) => operand.name === 'StringLiteral');
    if (name) kept = new Set([...kept, stringValue(textOf(query, name))]);
  }
  return { labels: kept, isCounter: isCounter && ['sum', 'min', 'max', 'avg'].includes(operation) };
}

function called(
  query: ParsedQuery,
  catalog: Catalog,
  node: SyntaxNode,
  inner: readonly SyntaxNode[],
): Vector | undefined {
  const name = calledName(query, node) ?? '';
  if (NO_VECTOR.includes(name)) return undefined;
  if (name === 'vector') return { labels: new Set(), isCounter: false };
  if (name.startsWith('absent')) {
    const matchers = inner[0]?.name === 'VectorSelector' ? selectorOf(query, inner[0]).matchers : [];
    const equal = matchers.filter(({ operator }) => operator === '=').map(({ label }) => label);
    return { labels: new Set(equal), isCounter: false };
  }
  const value = inner.map((argument) => vectorOf(query, catalog, argument)).find((found) => found);
  if (value === undefined) return undefined;
  let { labels } = value;
  if (labels !== 'any') {
    if (name === 'histogram_quantile') labels = without(labels, ['le']);
    if (name === 'label_replace' || name === 'label_join') {
      const target = inner[1];
      if (target) labels = new Set([...labels, stringValue(textOf(query, target))]);
    }
  }
  return { labels, isCounter: value.isCounter && KEEPS_COUNTER.includes(name) };
}

function combined(binary: Binary, left: Vector | undefined, right: Vector | undefined): Vector | undefined {
  const { operator, matching, filters } = binary;
  if (left === undefined || right === undefined) {
    const vector = left ?? right;
    return vector && { labels: vector.labels, isCounter: vector.isCounter };
  }
  if (operator === 'Or') {
    const any = left.labels === 'any' || right.labels === 'any';
    const labels: Labels = any
      ? 'any'
      : new Set([...(left.labels as Set<string>), ...(right.labels as Set<string>)]);
    return { labels, isCounter: left.isCounter && right.isCounter };
  }
  if (operator === 'And' || operator === 'Unless') return left;
  const isCounter = filters && left.isCounter;
  const many = matching?.group === 'right' ? right : left;
  if (matching?.group !== undefined) {
    const labels = many.labels === 'any' ? 'any' : new Set([...many.labels, ...matching.included]);
    return { labels, isCounter };
  }
  if (matching?.kind === 'on') return { labels: new Set(matching.labels), isCounter };
  if (matching?.kind === 'ignoring' && left.labels !== 'any')
    return { labels: without(left.labels, matching.labels), isCounter };
  return { labels: left.labels, isCounter };
}

function without(labels: ReadonlySet<string>, dropped: readonly string[]): ReadonlySet<string> {
  return new Set([...labels].filter((label) => !dropped.includes(label)));
}
