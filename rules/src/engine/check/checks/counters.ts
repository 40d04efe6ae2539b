import type { Check } from '../problem.ts';
import { selectorOf } from '../selector.ts';
import { binaryOf, calledName, isComparison, nodes, operands, unwrap, walk } from '../tree.ts';
import { vectorOf } from '../vector.ts';

const OF_COUNTERS = ['rate', 'irate', 'increase'];
const OF_GAUGES = ['delta', 'idelta', 'deriv', 'predict_linear'];

export const rateOfGauge: Check = {
  name: 'rate-of-gauge',
  run: (query) =>
    nodes(query, 'FunctionCall').flatMap((node) => {
      const name = calledName(query, node) ?? '';
      const wanted = OF_COUNTERS.includes(name) ? 'counter' : OF_GAUGES.includes(name) ? 'gauge' : undefined;
      if (wanted === undefined) return [];
      return walk(node)
        .filter(({ name: kind }) => kind === 'VectorSelector')
        .flatMap((selector) => {
          const entry = query.catalog.get(selectorOf(query, selector).metric ?? '');
          if (entry === undefined || entry.kind === wanted) return [];
          return [{ node: selector, message: `${name}() of the ${entry.kind} ${entry.name}` }];
        });
    }),
};

/** A restart of one instance drops a sum, which rate() takes for a reset of all of it. */
export const rateOfSum: Check = {
  name: 'rate-of-sum',
  run: (query) =>
    nodes(query, 'FunctionCall')
      .filter((node) => OF_COUNTERS.includes(calledName(query, node) ?? ''))
      .filter((node) =>
        operands(node).some((operand) => walk(operand).some(({ name }) => name === 'AggregateExpr')),
      )
      .map((node) => ({ node, message: 'a rate of an aggregation: take the rate first' })),
};

export const rawCounterCompared: Check = {
  name: 'raw-counter-compared',
  run: (query) =>
    nodes(query, 'BinaryExpr').flatMap((node) => {
      const binary = binaryOf(query, node);
      if (binary === undefined || !isComparison(binary)) return [];
      const sides = [binary.left, binary.right];
      const values = sides.map((side) => vectorOf(query, query.catalog, unwrap(side)));
      const constant = values.indexOf(undefined);
      if (constant === -1 || values[1 - constant]?.isCounter !== true) return [];
      return [{ node, message: 'a counter only grows, and starts again at 0: compare its rate or increase' }];
    }),
};
