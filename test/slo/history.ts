import { labelKey } from '../scenario/promtool/firings.ts';
import { parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { inScope, ofStory, STORY, sideBySide } from '../scenario/promtool/side-by-side.ts';
import { sloRules, wordsOf, type YamlRule } from '../scenario/rules.ts';
import type { InputSeries } from '../scenario/world/series-history.ts';
import type { Pace } from '../scenario/world/time.ts';

/** What a series was at a time in seconds; undefined where nobody scraped it. */
export type Told = (time: number) => number | undefined;

/** What a recorded series is: by labels, and no others. */
export type Values = readonly (readonly [labels: { readonly [name: string]: string }, value: number])[];

/** A history as arithmetic: the raw series as functions of time, and what is computed by hand from them. */
export interface History {
  readonly title: string;
  readonly pace: Pace;
  readonly end: number;
  readonly series: { readonly [series: string]: Told };
  /** The SLOs whose rules are evaluated. */
  readonly slos: readonly string[];
  /** What recorded series are: by the time in seconds, then by the name, after `slo:` where it has that. */
  readonly expects: { readonly [time: number]: { readonly [record: string]: Values } };
}

/** The rules behind recorded series of these SLOs, in their order. */
export function rulesBehind(records: readonly string[], slos: readonly string[]): readonly YamlRule[] {
  const own = sloRules.filter(({ labels = {} }) => labels.slo === undefined || slos.includes(labels.slo));
  const needed = new Set(records);
  for (let size = 0; size < needed.size; ) {
    size = needed.size;
    for (const { record, expr } of own)
      if (record !== undefined && needed.has(record)) for (const word of wordsOf(expr)) needed.add(word);
  }
  return own.filter(({ record }) => record !== undefined && needed.has(record));
}

/** The whole name of a claimed series. */
export const recordNamed = (name: string): string => (name.startsWith('job_name:') ? name : `slo:${name}`);

/** The SLOs that a rule is for; undefined for all. */
export function sloOfRule({ labels = {}, expr }: YamlRule): readonly string[] | undefined {
  if (labels.slo !== undefined) return [labels.slo];
  const named = [...expr.matchAll(/slo=~?"([^"]+)"/g)].flatMap(([, names]) => names!.split('|'));
  return named.length === 0 ? undefined : [...new Set(named)];
}

/** Where the recorded series of histories of one pace are not as computed by hand, in sentences, for each history. */
export async function differencesIn(histories: readonly History[]): Promise<string[][]> {
  const [first] = histories as [History, ...History[]];
  const claims = histories.map(claimsOf);
  const rules = rulesBehind(
    claims.flat().map(({ record }) => record),
    histories.flatMap(({ slos }) => slos),
  );
  const tests = histories.map((history, i) => ({
    series: inputOf(history),
    queries: claims[i]!.map(({ record, time }) => ({ expr: queryOf(record, i, time), time })),
  }));
  const answers = answersIn(await runPromtool(rules.map(inScope), [sideBySide(tests)], first.pace));
  return claims.map((each, i) =>
    each.flatMap(({ record, time, values }) => {
      const actual = parseSamples(answers.get(queryOf(record, i, time)) ?? '').flatMap(
        ({ labels, value }) => {
          const { __name__: _, [STORY]: _story, ...rest } = labels;
          return rest.slo === undefined || histories[i]!.slos.includes(rest.slo)
            ? [[labelKey(rest), value] as const]
            : [];
        },
      );
      return compare(`${record} at ${time / 3_600} h`, values, new Map(actual));
    }),
  );
}

function claimsOf({ expects, title, end }: History) {
  const late = Object.keys(expects).find((time) => Number(time) > end);
  if (late !== undefined) throw new Error(`${title}: nothing is told of ${late} s, and the end is ${end} s`);
  return Object.entries(expects).flatMap(([time, records]) =>
    Object.entries(records).map(([name, values]) => ({
      record: recordNamed(name),
      time: Number(time),
      values,
    })),
  );
}

const queryOf = (record: string, index: number, time: number): string =>
  `${record}{${ofStory(index)},time!="${time}"}`;

/** Whether numbers differ by no more than what computing them in another order does. Budgets are rounded to a millionth, and that must show. */
export const areEqual = (want: number, got: number): boolean =>
  Math.abs(want - got) <= 1e-9 * Math.max(1, Math.abs(want));

function compare(subject: string, expected: Values, actual: ReadonlyMap<string, number>): string[] {
  const wanted = new Map(expected.map(([labels, value]) => [labelKey(labels), value]));
  return [...new Set([...wanted.keys(), ...actual.keys()])].flatMap((key) => {
    const [want, got] = [wanted.get(key), actual.get(key)];
    if (want !== undefined && got !== undefined && areEqual(want, got)) return [];
    return [`${subject}, ${key}: should be ${want ?? 'absent'}, and is ${got ?? 'absent'}`];
  });
}

/** promtool's notation of the series: equal samples in a row are counted. */
export function inputOf({ series, pace, end }: Pick<History, 'series' | 'pace' | 'end'>): InputSeries[] {
  const scrapes = Math.floor(end / pace.scrape) + 1;
  return Object.entries(series).map(([name, told]) => {
    const runs: { value: string; count: number }[] = [];
    for (let i = 0; i < scrapes; i++) {
      const value = String(told(i * pace.scrape) ?? '_');
      const last = runs.at(-1);
      if (last?.value === value) last.count++;
      else runs.push({ value, count: 1 });
    }
    const values = runs.map(({ value, count }) => `${value}x${value === '_' ? count : count - 1}`).join(' ');
    return { series: name, values };
  });
}
