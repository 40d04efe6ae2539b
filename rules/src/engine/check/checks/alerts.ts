import type { Check } from '../problem.ts';
import { binaryOf, calledName, nodes } from '../tree.ts';
import { groupingOf } from '../vector.ts';

/** Without a condition an alert fires for every series, always. */
export const condition: Check = {
  name: 'condition',
  run: (query) => {
    if (query.purpose !== 'alert') return [];
    const binaries = nodes(query, 'BinaryExpr').map((node) => binaryOf(query, node));
    const hasCondition =
      binaries.some((binary) => binary?.filters || binary?.operator === 'Unless') ||
      nodes(query, 'FunctionCall').some((node) => /^(absent.*|vector)$/.test(calledName(query, node) ?? ''));
    return hasCondition
      ? []
      : [{ node: query.root, message: 'an alert needs a comparison, absent() or unless' }];
  },
};

/** What is in a top list, or on which instance, changes for reasons of its own, and each change starts `for` again. */
export const fragile: Check = {
  name: 'fragile',
  run: (query) => {
    if (query.purpose !== 'alert') return [];
    return nodes(query, 'AggregateExpr').flatMap((node) => {
      const operation = calledName(query, node) ?? '';
      const grouping = groupingOf(query, node);
      return [
        ...(['topk', 'bottomk'].includes(operation)
          ? [{ node, message: `${operation} changes its series while the alert waits` }]
          : []),
        ...(grouping?.kind === 'by' && grouping.labels.includes('instance')
          ? [{ node: grouping.node, message: 'an instance may be replaced while the alert waits' }]
          : []),
      ];
    });
  },
};
