import type { Check } from '../problem.ts';
import { calledName, nodes, operands, type SyntaxNode, textOf, walk } from '../tree.ts';

export const syntax: Check = {
  name: 'syntax',
  run: ({ root }) =>
    walk(root)
      .filter((node) => node.type.isError)
      .map((node) => ({ node, message: 'PromQL can not be read from here' })),
};

const TAKES_RANGE =
  /^(rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|double_exponential_smoothing|.*_over_time)$/;
const isRange = (node: SyntaxNode): boolean =>
  node.name === 'MatrixSelector' ||
  node.name === 'SubqueryExpr' ||
  ((node.name === 'OffsetExpr' || node.name === 'StepInvariantExpr' || node.name === 'ParenExpr') &&
    operands(node).some(isRange));

/** The grammar has no types: `rate(x)` and `abs(x[5m])` parse, and fail in Prometheus. */
export const ranges: Check = {
  name: 'ranges',
  run: (query) => {
    const calls = nodes(query, 'FunctionCall');
    const missing = calls
      .filter((node) => TAKES_RANGE.test(calledName(query, node) ?? '') && !operands(node).some(isRange))
      .map((node) => ({ node, message: `${calledName(query, node)}() needs a range, such as x[5m]` }));
    const used = new Set(
      calls
        .filter((node) => TAKES_RANGE.test(calledName(query, node) ?? ''))
        .flatMap((node) => operands(node))
        .flatMap((node) => walk(node).filter(isRange).slice(0, 3))
        .map(({ from, to }) => `${from}-${to}`),
    );
    const stray = nodes(query, 'MatrixSelector', 'SubqueryExpr')
      .filter(({ from, to }) => !used.has(`${from}-${to}`))
      .map((node) => ({ node, message: 'a range stands where a single value is needed' }));
    return [...missing, ...stray];
  },
};

/** What came after the oldest Prometheus that we serve, 2.42. */
const NEWER = new Set([
  'double_exponential_smoothing',
  'end',
  'first_over_time',
  'histogram_avg',
  'histogram_quantiles',
  'histogram_stddev',
  'histogram_stdvar',
  'info',
  'limit_ratio',
  'limitk',
  'mad_over_time',
  'range',
  'sort_by_label',
  'sort_by_label_desc',
  'start',
  'start_timestamp',
  'step',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
]);

export const compatibility: Check = {
  name: 'compatibility',
  run: (query) => [
    ...nodes(query, 'FunctionIdentifier', 'AggregateOp')
      .filter((node) => NEWER.has(textOf(query, node)))
      .map((node) => ({ node, message: `${textOf(query, node)} does not exist in Prometheus 2.42` })),
    ...nodes(
      query,
      'QuotedLabelName',
      'QuotedLabelMatcher',
      'AnchoredExpr',
      'SmoothedExpr',
      'FillModifier',
      'TrimUpper',
      'TrimLower',
    ).map((node) => ({ node, message: 'Prometheus 2.42 does not know this' })),
    ...nodes(query, 'NumberDurationLiteral')
      .filter((node) => /[a-z]$/.test(textOf(query, node)) && !/inf|nan/i.test(textOf(query, node)))
      .map((node) => ({ node, message: 'a duration is no number in Prometheus 2.42; write seconds' })),
  ],
};
