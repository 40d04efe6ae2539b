import { promql, type Query } from '@sightglass/rules';
import type { NumberSpec } from './spec.ts';
import { byState } from './states.ts';
import { unit } from './style.ts';

/** How many things are in a bad state. */
export interface HowMany {
  readonly title: string;
  readonly description: string;
  /** Those that are. */
  readonly wrong: Query;
  /** All of them, so that 0 is said too. */
  readonly of: Query;
  /** The state in a word, and its colour. */
  readonly state: string;
  readonly color: 'red' | 'yellow';
}

/** A number of the first row: how many things are in a bad state, "none" and green when it is 0. */
export function howMany({ title, description, wrong, of, state, color }: HowMany): NumberSpec {
  const count = promql`(count (${wrong}) or 0 * group (${of}))`;
  return {
    title,
    description,
    unit: unit.count,
    queries: [
      {
        ...byState([
          { name: 'none', color: 'green', query: promql`${count} == 0` },
          { name: state, color, query: promql`${count} > 0` },
        ]),
        legend: '',
      },
    ],
  };
}
