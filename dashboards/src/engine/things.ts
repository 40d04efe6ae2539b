import type { PanelSpec } from './spec.ts';
import { type State, worstOf } from './states.ts';
import { unit } from './style.ts';

/** Things of one kind, and what is shown of each. */
export interface Things {
  /** What one is called, and all of them: the title of the table. */
  readonly noun: string;
  readonly title: string;
  /** The labels that name one. */
  readonly by: readonly string[];
  /** How a band is called. */
  readonly legend: string;
  /** What one can be, the worst first; the last holds for all of them. */
  readonly states: readonly State[];
  /** The columns beside what it is now, and what they are, in words. */
  readonly columns: PanelSpec['queries'];
  readonly described: string;
  /** How high the table and the bands are. */
  readonly heights: readonly [table: number, bands: number];
}

/** Whether anything is wrong with any of them, what exactly, and since when: a row for each, and below it a band for each, in the same words and colours. */
export function rowsAndBands(things: Things): readonly [table: PanelSpec, bands: PanelSpec] {
  const { noun, title, by, legend, states, columns, described, heights } = things;
  return [
    {
      title,
      description: `A row for each ${noun}, the worst first: what it is now; ${described}`,
      type: 'table',
      unit: unit.seconds,
      width: 24,
      height: heights[0],
      by,
      queries: [{ ...worstOf(by, states, 'say'), legend: 'Rank' }, ...columns],
    },
    {
      title: 'Since when',
      description: `What each ${noun} was at each time, in the words and colours of the table above.`,
      type: 'timeline',
      unit: unit.count,
      width: 24,
      height: heights[1],
      queries: [{ ...worstOf(by, states), legend }],
    },
  ];
}
