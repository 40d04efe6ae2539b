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
