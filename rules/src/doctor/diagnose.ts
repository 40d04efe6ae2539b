import { exportOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import { meet, type Need, reasonsOf, type State } from './need.ts';
import { isOfPrometheus, type Subject } from './subjects.ts';

/** What a subject can do with what a service exports now. */
export interface Diagnosis {
  readonly subject: Subject;
  /**
   * `works`: there is enough for a result. `waits`: what is not there yet comes by itself. `unused`: it is about something that the service does
   * not do, as it does something else. `blind`: something is missing for good.
   */
  readonly state: State;
  /** One line for each series that is not there. */
  readonly reasons: readonly string[];
  /** Of what is `unused`: what would export the series that are not there. */
  readonly of: readonly string[];
}

/**
 * Holds each subject against the series names of a service. What the rules make of a series counts as it would be evaluated: an alternative behind
 * `or` is enough, what stands behind `unless` is not needed, and a series that no mixin declares is there or missing.
 */
export function diagnose(
  mixins: readonly Mixin[],
  subjects: readonly Subject[],
  names: ReadonlySet<string>,
): readonly Diagnosis[] {
  const known = new Map<string, ReturnType<typeof exportOf>>();
  const exported = (name: string) => {
    if (!known.has(name)) known.set(name, exportOf(mixins, name));
    return known.get(name);
  };
  const told = new Set([...names].map((name) => exported(name)?.by));
  const used = new Set([...told].filter((by) => by?.endsWith('()')));
  const stateOf = (name: string): State => {
    const by = exported(name);
    if (names.has(name) || isOfPrometheus(name)) return 'works';
    if (by === undefined) return 'blind';
    if (by.isOutside && !told.has(by.by)) return 'unused';
    if (used.size > 0 && by.by.endsWith('()') && !used.has(by.by)) return 'unused';
    if (by.isOptional) return 'works';
    return by.appears === undefined ? 'blind' : 'waits';
  };
  const reasonOf = (name: string): string => {
    const by = exported(name);
    if (by === undefined) return `${name} is missing: nothing that is known here exports or records it`;
    if (stateOf(name) === 'unused') return `${name} is not used here: ${by.by} exports it`;
    return by.appears === undefined
      ? `${name} is missing: ${by.by} exports it`
      : `${name} appears ${by.appears}`;
  };
  const needs = subjects.map(needsOf);
  const met = meet(needs.flat(), stateOf);
  return subjects.map((subject, i) => {
    const state = stateOfAny(needs[i]!.map(met));
    const unmet = needs[i]!.filter((need) => met(need) === state);
    const said = (why: (series: string) => string) => [
      ...new Set(unmet.flatMap((need) => reasonsOf(need, met, why))),
    ];
    const of = state === 'unused' ? said((name) => exported(name)?.by ?? name) : [];
    return { subject, state, reasons: said(reasonOf), of };
  });
}

/** Without needs, all that it reads. */
const needsOf = ({ needs, reads }: Subject): readonly Need[] =>
  needs ?? [{ all: reads.map((series) => ({ series })) }];

/** Of several queries one is enough to show something, unless another never will. */
function stateOfAny(states: readonly State[]): State {
  if (states.includes('blind')) return 'blind';
  return (['works', 'waits'] as const).find((state) => states.includes(state)) ?? 'unused';
}
