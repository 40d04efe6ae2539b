import type { Catalog } from './catalog.ts';
import { operands, parseQuery } from './tree.ts';
import { vectorOf } from './vector.ts';

/** The labels that the result of an expression can have; empty for a number. */
export function labelsIn(expression: string, catalog: Catalog): readonly string[] {
  const query = parseQuery(expression);
  const [outermost] = operands(query.root);
  const labels = outermost && vectorOf(query, catalog, outermost)?.labels;
  return labels === undefined || labels === 'any' ? [] : [...labels];
}
