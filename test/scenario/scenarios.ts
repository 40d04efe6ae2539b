import { USUAL_PROMETHEUS } from '@sightglass/test-tools';
import {
  type FiringHistory,
  firingQueries,
  firingRules,
  type Histories,
  labelKey,
  readFirings,
} from './promtool/firings.ts';
import { parseSamples } from './promtool/labels.ts';
import { type Notification, notificationsIn } from './promtool/notifications.ts';
import { answersIn, runPromtool } from './promtool/run.ts';
import { inScope, ofStory, STORY, sideBySide } from './promtool/side-by-side.ts';
import { rulesNamed, type YamlRule } from './rules.ts';
import type { Firing, Played } from './story.ts';
import type { Reading } from './world/stage.ts';
import { clockText, type Pace } from './world/time.ts';

/** What Prometheus made of a story: when each alert fired, what each recorded series was at the times that the story speaks of, and what it said. */
export interface Outcome {
  readonly firings: Histories;
  /** By time, then by the name of the series, then by labels. */
  readonly readings: ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<string, number>>>;
  /** What Alertmanager is told when the story's alert fires first; nothing when it never does. */
  readonly notifications: readonly Notification[];
}

/**
 * Evaluates rules over played stories of one pace side by side, in one run of promtool. A rule whose name has a suffix `__1` is read wherever
 * the rule without it is. Of those that are `asked`, it is asked what they would record at these times. Throws {@link FailedQueries} where that can't
 * be evaluated. The promtool is that of the usual Prometheus unless another is named.
 */
export async function evaluate(
  rules: readonly YamlRule[],
  stories: readonly Played[],
  asked: readonly YamlRule[] = [],
  version: 2 | 3 = USUAL_PROMETHEUS,
): Promise<Outcome[]> {
  const { pace } = stories[0]!.story;
  const tests = stories.map(({ story: { alert }, series, firings, readings, end }, i) => ({
    series,
    queries: [
      ...firingQueries(ofStory(i), end, pace).map((expr) => ({ expr, time: end })),
      ...readings.map((reading) => ({ expr: readingQuery(reading, i), time: reading.time })),
    ],
    notifications: firings.slice(0, 1).map(({ spans }) => ({ alert: alert!, time: spans[0]!.from })),
  }));
  const questions = questionsOf(asked, stories);
  const test = sideBySide(tests);
  const output = await runPromtool(
    [...rules.map(inScope), ...firingRules(pace)],
    [{ ...test, queries: [...test.queries, ...questions] }],
    pace,
    { queriesMayFail: questions.length > 0, version },
  );
  FailedQueries.throwIfAny(output, questions);
  const answers = answersIn(output);
  const sent = notificationsIn(output);
  return stories.map(({ end, readings }, i) => {
    const byTime = new Map<number, Map<string, ReadonlyMap<string, number>>>();
    for (const reading of readings) {
      const names = byTime.get(reading.time) ?? new Map();
      byTime.set(reading.time, names);
      for (const [name, samples] of byName(answers.get(readingQuery(reading, i)) ?? ''))
        names.set(name, samples);
      for (const { name, expr, rule } of questions.filter(
        ({ record, time }) => record === reading.record && time === reading.time,
      )) {
        const samples = answered(answers.get(expr) ?? '', i, rule, reading);
        names.set(name, new Map([...(names.get(name) ?? []), ...samples]));
      }
    }
    const [first] = tests[i]!.notifications;
    return {
      firings: readFirings(answers, ofStory(i), end, pace),
      readings: byTime,
      notifications: sent.filter(
        ({ alert, time, labels }) =>
          alert === first?.alert && time === first.time && (labels[STORY] ?? String(i)) === String(i),
      ),
    };
  });
}

/** What a rule would record under a name, at a time at which stories say what it is. */
interface RecordingQuestion {
  readonly name: string;
  readonly record: string;
  readonly rule: YamlRule;
  readonly expr: string;
  readonly time: number;
}

/** The questions instead of recordings: each a query of its own, by a comment. */
const questionsOf = (asked: readonly YamlRule[], stories: readonly Played[]): RecordingQuestion[] => {
  const readings = stories.flatMap(({ readings }) => readings);
  return asked.flatMap((rule, i) => {
    const record = rule.record!.replace(/__[0-9]+$/, '');
    const times = new Set(readings.filter((each) => each.record === record).map(({ time }) => time));
    const { expr } = inScope(rule);
    return [...times].map((time) => ({
      name: rule.record!,
      record,
      rule,
      expr: `${expr} # ${i} ${time}`,
      time,
    }));
  });
};

/** What a rule would have recorded of one story, or of none. */
function answered(text: string, index: number, { labels = {} }: YamlRule, { slos }: Reading) {
  const samples = new Map<string, number>();
  for (const { labels: found, value } of parseSamples(text)) {
    const { __name__: _, [STORY]: story, ...rest } = found;
    const own = { ...rest, ...labels };
    if ((story === undefined || story === String(index)) && (slos?.includes(own.slo ?? slos[0]!) ?? true))
      samples.set(labelKey(own), value);
  }
  return samples;
}

/** Queries instead of recordings that can't be evaluated over the series. */
export class FailedQueries extends Error {
  override readonly name = 'FailedQueries';

  /** The names of what would have been recorded. */
  readonly rules: ReadonlySet<string>;

  constructor(rules: ReadonlySet<string>) {
    super(`can't be evaluated: ${[...rules].join(', ')}`);
    this.rules = rules;
  }

  static throwIfAny(output: string, questions: readonly RecordingQuestion[]): void {
    const failed = [...output.matchAll(/^\s*expr: ("(?:[^"\\]|\\.)*"), time: \S+, err: (.*)$/gm)];
    const names = failed.map(([line, expr, why]) => {
      const question = questions.find((each) => each.expr === JSON.parse(expr!));
      if (question === undefined || /too many samples/.test(why!))
        throw new Error(`promtool: ${line.trim().slice(0, 2_000)}`);
      return question.name;
    });
    if (names.length > 0) throw new FailedQueries(new Set(names));
  }
}

function readingQuery({ record, time, slos }: Reading, index: number): string {
  const of = slos === undefined ? '' : `,slo=~"${[...slos, ''].join('|')}"`;
  return `{__name__=~"${record}(__[0-9]+)?",${ofStory(index)},time!="${time}"${of}}`;
}

function byName(text: string): Map<string, Map<string, number>> {
  const names = new Map<string, Map<string, number>>();
  for (const { labels, value } of parseSamples(text)) {
    const { __name__: name = '', [STORY]: _, ...rest } = labels;
    const samples = names.get(name) ?? new Map();
    names.set(name, samples);
    samples.set(labelKey(rest), value);
  }
  return names;
}

/**
 * Where an outcome is not as its story claims, in sentences; empty when it is. `nameIn` gives the name that a rule has in the outcome;
 * undefined for one that is not to be looked at.
 */
export function differences(
  { story, firings, readings }: Played,
  outcome: Outcome,
  nameIn: (rule: string) => string | undefined = (rule) => rule,
): string[] {
  const found: string[] = [];
  const alert = story.alert === undefined ? undefined : nameIn(story.alert);
  if (alert !== undefined) {
    const added = rulesNamed(story.alert!)[0]!.labels ?? {};
    const expected = firings.map(
      (firing) => [labelKey({ ...added, ...firing.labels }), historyOf(firing, story.pace)] as const,
    );
    found.push(...compare(new Map(expected), outcome.firings.get(alert) ?? new Map(), sameHistory, inWords));
  }
  for (const { record, time, samples } of readings) {
    const name = nameIn(record);
    if (name === undefined) continue;
    const expected = new Map(samples.map(({ labels, value }) => [labelKey(labels), value]));
    const actual = outcome.readings.get(time)!.get(name) ?? new Map();
    found.push(
      ...compare(expected, actual, sameValue, (value) =>
        value === undefined ? 'not exist' : `be ${value}`,
      ).map((difference) => `${clockText(time)}: ${record}${difference}`),
    );
  }
  return found;
}

/** Numbers that are computed in another order differ in their last digits, and no more: budgets are rounded to a millionth, and that must show. */
const sameValue = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));

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
