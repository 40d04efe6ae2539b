import { parser } from '@prometheus-io/lezer-promql';

type Tree = ReturnType<typeof parser.parse>;

/** A part of an expression. */
export type Node = Tree['topNode'];

/** Enough for all that is asked of the mutants of one rule, one after the other. */
const KEPT = 64;
const trees = new Map<string, Tree>();

/** The tree of an expression. Thousands of mutants are compared with the same few rules, so those that were asked for last are kept. */
export function treeOf(expr: string): Tree {
  const tree = trees.get(expr) ?? parser.parse(expr);
  trees.delete(expr);
  trees.set(expr, tree);
  if (trees.size > KEPT) trees.delete(trees.keys().next().value!);
  return tree;
}
