import type { YamlRule } from '../rules.ts';
import type { Pace } from '../world/time.ts';
import { parseSamples } from './labels.ts';
import { STORY } from './side-by-side.ts';

/**
 * When an alert fired for one set of labels: how many evaluations, the first and last of them, and the sum and the sum of squares of
 * their numbers, which tell two histories with the same ends and count apart.
 */
export interface FiringHistory {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly sum: number;
  readonly squares: number;
}

/** The histories of every alert, by alert name and then by labels as text (see {@link labelKey}). */
export type Histories = ReadonlyMap<string, ReadonlyMap<string, FiringHistory>>;

const FIGURES = ['count', 'first', 'last', 'sum', 'squares'] as const;

/** Labels as one text, for comparing. */
export const labelKey = (labels: { readonly [name: string]: string }): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The number of each evaluation at which an alert fires, and its square. */
const NUMBER = 'scenario:firing_evaluation';
const SQUARE = 'scenario:firing_evaluation:squared';

/** Rules that keep what {@link firingQueries} ask for; evaluated after all others. */
export const firingRules = ({ evaluation }: Pace): YamlRule[] => [
  { record: NUMBER, expr: `timestamp(ALERTS{alertstate="firing"}) / ${evaluation}` },
  { record: SQUARE, expr: `${NUMBER} ^ 2` },
];

/** The queries that tell when every alert fired up to `end`, where the labels match `only`; it also tells them from those of other stories. */
export const firingQueries = (only: string, end: number, pace: Pace): string[] =>
  FIGURES.map((figure) => queryOf(figure, only, end, pace));

/** What the answers to {@link firingQueries} say. */
export function readFirings(
  answers: ReadonlyMap<string, string>,
  only: string,
  end: number,
  pace: Pace,
): Histories {
  const histories = new Map<string, Map<string, { -readonly [K in keyof FiringHistory]: number }>>();
  for (const figure of FIGURES) {
    for (const { labels, value } of parseSamples(answers.get(queryOf(figure, only, end, pace)) ?? '')) {
      const { alertname = '', alertstate: _state, [STORY]: _story, ...rest } = labels;
      const ofAlert = histories.get(alertname) ?? new Map();
      histories.set(alertname, ofAlert);
      const key = labelKey(rest);
      const history = ofAlert.get(key) ?? { count: 0, first: 0, last: 0, sum: 0, squares: 0 };
      ofAlert.set(key, history);
      history[figure] = value;
    }
  }
  return histories;
}

function queryOf(figure: (typeof FIGURES)[number], only: string, end: number, { evaluation }: Pace): string {
  const number = `${NUMBER}{${only}}[${end + evaluation}s]`;
  switch (figure) {
    case 'count':
      return `count_over_time(${number})`;
    case 'first':
      return `min_over_time(${number}) * ${evaluation}`;
    case 'last':
      return `max_over_time(${number}) * ${evaluation}`;
    case 'sum':
      return `sum_over_time(${number})`;
    case 'squares':
      return `sum_over_time(${SQUARE}{${only}}[${end + evaluation}s])`;
  }
}
