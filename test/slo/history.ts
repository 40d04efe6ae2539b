import { RuleBook } from '../rules/rule-book.ts';
import { sloGroups, type YamlRule } from '../scenario/rules.ts';
import type { Played } from '../scenario/story.ts';
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

/** The whole name of a claimed series. */
export const recordNamed = (name: string): string => (name.startsWith('job_name:') ? name : `slo:${name}`);

/** The SLOs that a rule is for; undefined for all. */
export function sloOfRule({ labels = {}, expr }: YamlRule): readonly string[] | undefined {
  if (labels.slo !== undefined) return [labels.slo];
  const named = [...expr.matchAll(/slo=~?"([^"]+)"/g)].flatMap(([, names]) => names!.split('|'));
  return named.length === 0 ? undefined : [...new Set(named)];
}

/** The rules that a history is judged by: those of its SLOs, and those of all. */
export function bookOf({ slos }: Pick<History, 'slos'>): RuleBook {
  const key = [...new Set(slos)].sort().join();
  const book =
    books.get(key) ??
    shippedSlos.only(({ labels = {} }) => labels.slo === undefined || slos.includes(labels.slo));
  books.set(key, book);
  return book;
}

const shippedSlos = new RuleBook(sloGroups);
const books = new Map<string, RuleBook>();

/** A history as a story of recorded series. */
export function playedHistory(history: History): Played {
  const { title, pace, end, slos, expects } = history;
  const late = Object.keys(expects).find((time) => Number(time) > end);
  if (late !== undefined) throw new Error(`${title}: nothing is told of ${late} s, and the end is ${end} s`);
  return {
    story: { alert: undefined, title, scripts: [], pace },
    series: inputOf(history),
    firings: [],
    readings: Object.entries(expects).flatMap(([time, records]) =>
      Object.entries(records).map(([name, values]) => ({
        record: recordNamed(name),
        time: Number(time),
        samples: values.map(([labels, value]) => ({ labels, value })),
        slos,
      })),
    ),
    end,
    journal: [],
  };
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
