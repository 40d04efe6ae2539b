import type { Check, CheckedQuery, Finding } from '../problem.ts';
import { binaryOf, nodes, operands, type SyntaxNode } from '../tree.ts';
import { groupingOf, type Labels, vectorOf } from '../vector.ts';

const labelsOf = (query: CheckedQuery, node: SyntaxNode): Labels | undefined =>
  vectorOf(query, query.catalog, node)?.labels;

const missingIn = (wanted: readonly string[], labels: Labels | undefined): readonly string[] =>
  labels === undefined || labels === 'any' ? [] : wanted.filter((label) => !labels.has(label));

export const groupingLabel: Check = {
  name: 'grouping-label',
  run: (query) =>
    nodes(query, 'AggregateExpr').flatMap((node) => {
      const grouping = groupingOf(query, node);
      if (grouping === undefined) return [];
      const vector = operands(node).find((operand) => labelsOf(query, operand) !== undefined);
      return missingIn(grouping.labels, vector && labelsOf(query, vector)).map((label) => ({
        node: grouping.node,
        message: `what is aggregated has no label ${label}`,
      }));
    }),
};

export const matchingLabel: Check = {
  name: 'matching-label',
  run: (query) =>
    nodes(query, 'BinaryExpr').flatMap((node): Finding[] => {
      const binary = binaryOf(query, node);
      if (binary === undefined) return [];
      const left = labelsOf(query, binary.left);
      const right = labelsOf(query, binary.right);
      if (left === undefined || right === undefined) return [];
      const { matching } = binary;
      if (matching === undefined) return binary.operator === 'Or' ? [] : unlike(node, left, right);
      const one = matching.group === 'right' ? left : right;
      return [
        ...missingIn(matching.labels, left).map((label) => side(matching.node, 'left', label)),
        ...missingIn(matching.labels, right).map((label) => side(matching.node, 'right', label)),
        ...missingIn(matching.included, one).map((label) => ({
          node: matching.node,
          message: `the side with one series has no label ${label} to take over`,
        })),
      ];
    }),
};

const side = (node: SyntaxNode, name: string, label: string): Finding => ({
  node,
  message: `the ${name} side has no label ${label}`,
});

/** Without `on` or `ignoring`, all labels must be equal: two sides with different ones never match. */
function unlike(node: SyntaxNode, left: Labels, right: Labels): Finding[] {
  if (left === 'any' || right === 'any') return [];
  const different = [...missingIn([...left], right), ...missingIn([...right], left)];
  if (different.length === 0) return [];
  return [{ node, message: `only one side has ${different.join(', ')}, so nothing matches; say on (…)` }];
}
