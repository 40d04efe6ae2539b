import { formatDuration, seconds } from '../../promql/duration.ts';
import type { Check } from '../problem.ts';
import { calledName, nodes, type ParsedQuery, type SyntaxNode, textOf, walk } from '../tree.ts';

/** Scrapes that a window must hold: two give a rate only when neither is lost. */
const SCRAPES = 4;
const OVER_SCRAPES = ['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv'];
const UNITS: { readonly [unit: string]: number } = {
  y: 31_536_000,
  w: 604_800,
  d: 86_400,
  h: 3_600,
  m: 60,
  s: 1,
  ms: 0.001,
};

/** Seconds of a literal duration; undefined for a computed one. */
function durationOf(query: ParsedQuery, node: SyntaxNode | null): number | undefined {
  const text = node === null ? '' : textOf(query, node).trim();
  if (!/^-?(\d+(y|w|d|h|ms|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(y|w|d|h|ms|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!,
    0,
  );
}

export const shortWindow: Check = {
  name: 'short-window',
  run: (query) => {
    const least = SCRAPES * query.scrapeInterval.durationSeconds;
    return nodes(query, 'FunctionCall')
      .filter((node) => OVER_SCRAPES.includes(calledName(query, node) ?? ''))
      .flatMap((node) => walk(node).filter(({ name }) => name === 'MatrixSelector'))
      .filter((node) => (durationOf(query, node.getChild('DurationExpr')) ?? least) < least)
      .map((node) => ({
        node,
        message: `the window holds fewer than ${SCRAPES} scrapes; take ${formatDuration(seconds(least))} or more`,
      }));
  },
};

export const beyondRetention: Check = {
  name: 'beyond-retention',
  run: (query) =>
    nodes(query, 'DurationExpr', 'OffsetDurationExpr')
      .filter((node) => (durationOf(query, node) ?? 0) > query.retention.durationSeconds)
      .map((node) => ({ node, message: `Prometheus keeps ${formatDuration(query.retention)} only` })),
};
