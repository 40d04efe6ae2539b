import { selectorOf } from '../engine/check/selector.ts';
import {
  binaryOf,
  operands,
  type ParsedQuery,
  parseQuery,
  type SyntaxNode,
  textOf,
  unwrap,
} from '../engine/check/tree.ts';
import { fillVariables } from '../engine/check/variables.ts';

/**
 * What an expression needs to have a result: a series, all of several needs, or any of them. What only holds results back (`unless`) is no need.
 * May lead back to itself, since rules remember what they have recorded.
 */
export type Need =
  | { readonly series: string }
  /** A text that is no query, and never has a result. */
  | { readonly broken: string }
  | { readonly all: readonly Need[] }
  | { readonly any: readonly Need[] };

/** The need of an expression; `named` gives that of a series. Grafana's variables may stand in it. */
export function needOf(expression: string, named: (series: string) => Need): Need {
  const query = parseQuery(fillVariables(expression));
  const allOf = (nodes: readonly SyntaxNode[]) =>
    nodes.map(read).filter((need): need is Need => need !== undefined);
  /** Undefined for what reads nothing, such as `vector(0)`: as an alternative it has a result whatever there is, which tells nobody anything. */
  function read(node: SyntaxNode): Need | undefined {
    const name = node.name === 'VectorSelector' ? selectorOf(query, node).metric : undefined;
    if (name !== undefined) return named(name);
    const alternatives = alternativesIn(query, node);
    const binary = binaryOf(query, node);
    const parts = binary?.operator === 'Unless' ? [binary.left] : operands(node);
    const needs = allOf(
      alternatives.length > 1 ? alternatives.filter((each) => !isZero(query, each)) : parts,
    );
    if (needs.length < 2) return needs[0];
    return alternatives.length > 1 ? { any: needs } : { all: needs };
  }
  const isBroken = query.all.some(({ type }) => type.isError);
  // What a variable of a dashboard stands for is not known, nor whether it makes a query.
  if (isBroken && !expression.includes('$')) return { broken: expression };
  return read(query.root) ?? { all: [] };
}

/** The operands of a chain of `or`; the node alone where there is none. */
function alternativesIn(query: ParsedQuery, node: SyntaxNode): readonly SyntaxNode[] {
  const binary = binaryOf(query, node);
  return binary?.operator === 'Or'
    ? [...alternativesIn(query, binary.left), ...alternativesIn(query, binary.right)]
    : [node];
}

/** `0 * …`: what stands in for what is not there yet, and is no more to tell than that. */
function isZero(query: ParsedQuery, node: SyntaxNode): boolean {
  const binary = binaryOf(query, unwrap(node));
  return (
    binary?.operator === 'Mul' && [binary.left, binary.right].some((side) => textOf(query, side) === '0')
  );
}

/** The series behind needs, each once. */
export function seriesIn(needs: readonly Need[]): readonly string[] {
  const seen = new Set<Need>();
  const found = new Set<string>();
  const visit = (need: Need): void => {
    if (seen.has(need)) return;
    seen.add(need);
    if ('series' in need) found.add(need.series);
    else for (const each of partsOf(need)) visit(each);
  };
  for (const need of needs) visit(need);
  return [...found];
}

const partsOf = (need: Need): readonly Need[] => ('all' in need ? need.all : 'any' in need ? need.any : []);

/** From what can't be met to what is. The first is about something else than what is there, so that nothing of it is missing. */
const STATES = ['unused', 'blind', 'waits', 'works'] as const;

/** How far a need is met. */
export type State = (typeof STATES)[number];

/**
 * How far each need is met, when each series is as `stateOf` says: all of several as far as the worst, any of several as far as the best.
 * A need that leads back to itself is met as far as it is without that.
 */
export function meet(needs: readonly Need[], stateOf: (series: string) => State): (need: Need) => State {
  const rank = (state: State) => STATES.indexOf(state);
  const all: Need[] = [];
  const ranks = new Map<Need, number>();
  const collect = (need: Need): void => {
    if (ranks.has(need)) return;
    const fixed = 'series' in need ? stateOf(need.series) : 'broken' in need ? 'blind' : undefined;
    ranks.set(need, rank(fixed ?? 'unused'));
    for (const part of partsOf(need)) collect(part);
    // Parts first, so that one round is enough for what does not lead back to itself.
    if (fixed === undefined) all.push(need);
  };
  for (const need of needs) collect(need);
  for (let changed = true; changed; ) {
    changed = false;
    for (const need of all) {
      const parts = partsOf(need).map((part) => ranks.get(part)!);
      const now = 'all' in need ? Math.min(rank('works'), ...parts) : Math.max(rank('unused'), ...parts);
      if (now === ranks.get(need)) continue;
      ranks.set(need, now);
      changed = true;
    }
  }
  return (need) => STATES[ranks.get(need)!]!;
}

/** Why a need is not met, a line for each series that `why` is asked about: of alternatives, those that are nearest. */
export function reasonsOf(
  need: Need,
  met: (need: Need) => State,
  why: (series: string) => string,
): readonly string[] {
  const seen = new Set<Need>();
  const found = new Set<string>();
  const visit = (each: Need): void => {
    if (seen.has(each) || met(each) === 'works') return;
    seen.add(each);
    if ('series' in each) found.add(why(each.series));
    else if ('broken' in each) found.add(`${each.broken.trim()} is no PromQL`);
    else if ('all' in each) for (const part of each.all) visit(part);
    else for (const part of each.any) if (met(part) === met(each)) visit(part);
  };
  visit(need);
  return [...found];
}
