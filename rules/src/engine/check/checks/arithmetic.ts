import type { Check, CheckedQuery } from '../problem.ts';
import { binaryOf, calledName, nodes, operands, type SyntaxNode, textOf, unwrap } from '../tree.ts';
import { vectorOf } from '../vector.ts';

export const quantile: Check = {
  name: 'quantile',
  run: (query) =>
    nodes(query, 'FunctionCall')
      .filter((node) => calledName(query, node) === 'histogram_quantile')
      .flatMap((node) => {
        const buckets = operands(node)[1];
        const value = buckets && vectorOf(query, query.catalog, buckets);
        if (value === undefined) return [];
        const { labels, isCounter } = value;
        return [
          ...(isCounter
            ? [
                {
                  node,
                  message: 'raw buckets hold the whole life of the process: take their rate or increase',
                },
              ]
            : []),
          ...(labels !== 'any' && !labels.has('le')
            ? [{ node, message: 'the label le is lost before' }]
            : []),
        ];
      }),
};

export const unguardedDivision: Check = {
  name: 'unguarded-division',
  run: (query) =>
    nodes(query, 'BinaryExpr').flatMap((node) => {
      const binary = binaryOf(query, node);
      if (binary === undefined || !['Div', 'Mod'].includes(binary.operator)) return [];
      const divisor = unwrap(binary.right);
      if (vectorOf(query, query.catalog, divisor) === undefined) {
        return Number(textOf(query, divisor)) === 0 ? [{ node, message: 'a division by 0' }] : [];
      }
      return isGuarded(query, divisor)
        ? []
        : [{ node: divisor, message: 'the divisor can be 0, which gives NaN or infinity: say (… > 0)' }];
    }),
};

/** A comparison that drops zeros, or a floor above them. */
function isGuarded(query: CheckedQuery, node: SyntaxNode): boolean {
  if (calledName(query, node) === 'clamp_min') return true;
  const binary = binaryOf(query, node);
  return binary?.filters === true && ['Gtr', 'Gte', 'Neq'].includes(binary.operator);
}
