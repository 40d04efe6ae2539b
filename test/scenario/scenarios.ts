import {
  type FiringHistory,
  firingQueries,
  type Histories,
  labelKey,
  readFirings,
} from './promtool/firings.ts';
import { parseSamples } from './promtool/labels.ts';
import { answersIn, runPromtool } from './promtool/run.ts';
import { rulesNamed, type YamlRule } from './rules.ts';
import type { Firing, Played } from './story.ts';
import { clockText, type Pace } from './world/time.ts';

/** What Prometheus made of a story: when each alert fired, and what each recorded series was at the times that the story speaks of. */
export interface Outcome {
  readonly firings: Histories;
  /** By time, then by the name of the series, then by labels. */
  readonly readings: ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<string, number>>>;
}

/** Evaluates rules over played stories of one pace; one run of promtool. */
export async function evaluate(rules: readonly YamlRule[], stories: readonly Played[]): Promise<Outcome[]> {
  const { pace } = stories[0]!.story;
  const records = [...new Set(rules.flatMap(({ record }) => record ?? []))].join('|');
  const readingQuery = (index: number, time: number) => `{__name__=~"${records}",mark!="${index} ${time}"}`;
  const tests = stories.map(({ series, readings, end }, i) => ({
    series,
    queries: [
      ...firingQueries(String(i), end, pace).map((expr) => ({ expr, time: end })),
      ...readings.map(({ time }) => ({ expr: readingQuery(i, time), time })),
    ],
  }));
  const answers = answersIn(await runPromtool(rules, tests, pace));
  return stories.map(({ readings, end }, i) => ({
    firings: readFirings(answers, String(i), end, pace),
    readings: new Map(readings.map(({ time }) => [time, byName(answers.get(readingQuery(i, time)) ?? '')])),
  }));
}

function byName(text: string): Map<string, Map<string, number>> {
  const names = new Map<string, Map<string, number>>();
  for (const { labels, value } of parseSamples(text)) {
    const { __name__: name = '', ...rest } = labels;
    const samples = names.get(name) ?? new Map();
    names.set(name, samples);
    samples.set(labelKey(rest), value);
  }
  return names;
}

/** Where an outcome is not as its story claims, in sentences; empty when it is. `name` is the rule's name in the outcome. */
export function differences(played: Played, outcome: Outcome, name = played.story.rule): string[] {
  const { story, firings, readings } = played;
  const added = rulesNamed(story.rule)[0]!.labels ?? {};
  const expected = new Map(
    firings.map((firing) => [labelKey({ ...firing.labels, ...added }), historyOf(firing, story.pace)]),
  );
  return [
    ...compare(expected, outcome.firings.get(name) ?? new Map(), sameHistory, inWords),
    ...readings.flatMap(({ time, samples }) =>
      compare(
        new Map(samples.map(({ labels, value }) => [labelKey(labels), value])),
        outcome.readings.get(time)!.get(name) ?? new Map(),
        (a, b) => Math.abs(a - b) <= 1e-9 * Math.abs(a),
        (value) => (value === undefined ? 'not exist' : `be ${value}`),
      ).map((difference) => `${clockText(time)}: ${difference}`),
    ),
  ];
}

function compare<T>(
  expected: ReadonlyMap<string, T>,
  actual: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
  words: (value: T | undefined) => string,
): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((labels) => {
    const wanted = expected.get(labels);
    const got = actual.get(labels);
    if (wanted !== undefined && got !== undefined && same(wanted, got)) return [];
    return [`${labels} should ${words(wanted)}, and did ${words(got)}`];
  });
}

function historyOf({ spans }: Firing, { evaluation }: Pace): FiringHistory {
  const times = spans.flatMap(({ from, to }) =>
    Array.from({ length: Math.round((to - from) / evaluation) }, (_, i) => from / evaluation + i),
  );
  return {
    count: times.length,
    first: times[0]! * evaluation,
    last: times.at(-1)! * evaluation,
    sum: times.reduce((sum, time) => sum + time, 0),
    squares: times.reduce((sum, time) => sum + time * time, 0),
  };
}

const sameHistory = (a: FiringHistory, b: FiringHistory): boolean =>
  a.count === b.count &&
  a.first === b.first &&
  a.last === b.last &&
  a.sum === b.sum &&
  a.squares === b.squares;

const inWords = (history: FiringHistory | undefined): string =>
  history === undefined
    ? 'never fire'
    : `fire from ${clockText(history.first)} to ${clockText(history.last)} (${history.count} evaluations)`;
