import { promql, type Query } from '@sightglass/rules';

/** Plots of half the width. */
export const HALF = { width: 12, height: 9 } as const;

/** The eight with most, which no plot has more of. */
export const most = (query: Query): Query => promql`topk(8, ${query})`;

/** The eight with least. */
export const least = (query: Query): Query => promql`bottomk(8, ${query})`;

/** A limit of the data sets that are shown, where it is within twice of what is compared with it: a far one would flatten the others. */
export const near = (limit: Query, compared: Query): Query =>
  promql`${limit} <= on (dataset, layer) 2 * ${most(compared)}`;
