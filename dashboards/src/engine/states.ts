import { promql, type Query, raw } from '@sightglass/rules';
import type { Color } from './style.ts';

/** Series that are in one state. */
export interface State {
  /** One word, shown after the series' name. */
  readonly name: string;
  readonly color: Color;
  readonly query: Query;
}

/**
 * One query out of several states: each series gets the label `state`, so that a panel says it in words and in colour, and its colours follow
 * the same expressions as the alerts, whatever each pipeline promised. No series may be in two states at once.
 */
export function byState(states: readonly State[]): {
  readonly query: Query;
  readonly states: readonly State[];
} {
  const labelled = states.map(
    ({ name, query }) => promql`label_replace(${query}, "state", "${raw(name)}", "", "")`,
  );
  return { query: labelled.reduce((all, each) => promql`${all}\nor\n${each}`), states };
}

/**
 * One query for a table or a timeline: each thing is in the first of these states that holds for it, the worst first. The value is the state's place in the
 * list, by which a table sorts; with `say`, the label `state` has its name, which a table shows and a timeline must not have, as it would begin a new band.
 *
 * @example
 * worstOf(['job_name'], [stuck, failing, ok], 'say');
 */
export function worstOf(
  by: readonly string[],
  states: readonly State[],
  say?: 'say',
): { readonly query: Query; readonly states: readonly State[] } {
  const labels = raw(by.join(', '));
  const ranked = states.map(({ name, query }, rank) => {
    const place = promql`0 * group by (${labels}) (${query}) + ${rank}`;
    return say ? promql`label_replace(${place}, "state", "${raw(name)}", "", "")` : place;
  });
  return { query: ranked.reduce((all, each) => promql`${all}\nor on (${labels})\n${each}`), states };
}
