import { nameOf, wordsOf, type YamlRule } from '../../rules/rule.ts';
import { RuleBook } from '../../rules/rule-book.ts';
import { groups, sloGroups } from '../rules.ts';
import type { Played } from '../story.ts';
import type { InputSeries } from '../world/series-history.ts';
import { days, hours, minutes } from '../world/time.ts';

/*
 * A table tells one rule alone: of many things at once, all that the rule reads is told, in every mixture of what may be, and what it must give is
 * counted by a model, which is plain arithmetic and no PromQL. So it is held at every edge of what it reads, wherever its inputs come from.
 */

export type Labels = { readonly [name: string]: string };

/** Samples of a series by how long ago they are, in seconds; `stale` ends it. */
export type Past = readonly (readonly [ago: number, value: number | 'stale'])[];

/** How far a table reaches back, and how close its samples lie. */
export interface Reach {
  readonly name: string;
  readonly step: number;
  /** When the rule is evaluated. Nothing is told of the very beginning. */
  readonly now: number;
}

export const HOURS: Reach = { name: 'hours', step: minutes(2), now: hours(16) };
/** The same, where something was recorded lately, and more than once. */
export const RECENT: Reach = { ...HOURS, name: 'recent hours' };
export const DAYS: Reach = { name: 'days', step: minutes(30), now: days(16) };

/** The same, where nothing but old copies is left. */
export const WEEKS: Reach = { ...DAYS, name: 'old days' };

/** How long a sample is that of now. */
const LOOKBACK = minutes(5);
/**
 * Promtool takes samples in any order only from a storage that has one before them, and the storage of a test that is given samples day by day
 * may lose some. So all are given at once, after the first.
 */
const BEGIN: Labels = { begin: 'true' };
const A_DAY = days(1);
/** Readings of a rule that reads itself come after what it read is no longer that of now. */
const AFTER = minutes(4);

/** What a series is now. */
export function at(past: Past | undefined): number | undefined {
  const [latest] = sorted(past).filter(([ago]) => ago < LOOKBACK);
  return latest === undefined || latest[1] === 'stale' ? undefined : latest[1];
}

/** Its last sample in a span that ended so long ago. */
export function last(past: Past | undefined, span: number, offset = 0): number | undefined {
  const [latest] = sorted(past).filter(
    ([ago, value]) => value !== 'stale' && ago >= offset && ago < offset + span,
  );
  return latest?.[1] as number | undefined;
}

const sorted = (past: Past = []) => past.toSorted(([a], [b]) => a - b);

/** Before this evaluation. */
export const EARLIER = 0.001;

/** What was recorded in the last two hours, else the last copy of the last seven days. */
export const remembered = (self: Past, copies: Past): number | undefined =>
  last(self, hours(2)) ?? last(copies, days(7));

/** Choices that are the same in each run. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761;
  }

  /** A number from 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  one<T>(...options: readonly T[]): T {
    return options[Math.floor(this.next() * options.length)]!;
  }

  maybe(chance = 0.5): boolean {
    return this.next() < chance;
  }
}

/** Labels as PromQL writes them. */
export const textOf = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

/** What is told to a rule, and what it must give. */
export class Sheet {
  readonly dice: Dice;
  readonly reach: Reach;
  readonly series = new Map<string, Past>();
  readonly #shared = new Map<string, number | undefined>();
  readonly samples: { readonly labels: Labels; readonly value: number }[] = [];

  /** Whether it is a third table of its kind: one of what is rare in the others. */
  readonly isOdd: boolean;

  constructor(reach: Reach, seed: number) {
    this.isOdd = seed === 3;
    this.dice = new Dice(seed);
    this.reach = reach;
  }

  get now(): number {
    return this.reach.now;
  }

  tell(metric: string, labels: Labels, past: Past | number | undefined): void {
    if (past === undefined) return;
    const samples: Past = typeof past === 'number' ? [[0, past]] : past;
    if (samples.length === 0) return;
    this.series.set(`${metric}${textOf(labels)}`, samples);
  }

  /** What a series is now that several things share, by some of their labels; drawn when it is first asked for. */
  shared(
    metric: string,
    subject: Labels,
    by: readonly string[],
    draw: (dice: Dice) => number | undefined,
    statics: Labels = {},
  ): number | undefined {
    const labels = { ...Object.fromEntries(by.map((label) => [label, subject[label]!])), ...statics };
    return this.once(metric, labels, () => {
      const value = draw(this.dice);
      this.tell(metric, labels, value);
      return value;
    });
  }

  /** What is drawn and told of a series when it is first asked for. */
  once(metric: string, labels: Labels, draw: () => number | undefined): number | undefined {
    const key = JSON.stringify([metric, labels]);
    if (!this.#shared.has(key)) this.#shared.set(key, draw());
    return this.#shared.get(key);
  }

  expect(labels: Labels, value: number | undefined): void {
    if (value !== undefined) this.samples.push({ labels, value });
  }
}

export interface Table {
  readonly title: string;
  /** Which of those of its kind it is, from 1. */
  readonly seed: number;
  readonly rule: YamlRule;
  /** The rule; of an alert, what records its expression. */
  readonly recorded: YamlRule;
  readonly book: RuleBook;
  readonly played: Played;
}

const all = [...groups, ...sloGroups];

/** The rule of this name, and with these labels on what it records. */
export function ruleOf(record: string, labels: Labels = {}): YamlRule {
  const found = all
    .flatMap(({ rules }) => rules)
    .filter(
      (rule) =>
        nameOf(rule) === record &&
        Object.entries(labels).every(([name, value]) => rule.labels?.[name] === value),
    );
  if (found.length !== 1) throw new Error(`${found.length} rules record ${record}`);
  return found[0]!;
}

/** A table of a rule: `tell` fills a sheet. */
export function table(
  rule: YamlRule,
  { reach, seed = 1 }: { readonly reach: Reach; readonly seed?: number },
  tell: (sheet: Sheet) => void,
): Table {
  const sheet = new Sheet(reach, seed);
  tell(sheet);
  const { step, now } = reach;
  const recorded = recordedOf(rule);
  const record = recorded.record!;
  const own = Object.entries(rule.labels ?? {}).map(([name, value]) => `,${name}="${value}"`);
  const readsItself = new RegExp(`(?<![\\w:])${record}(?![\\w:])`).test(rule.expr);
  const time = readsItself ? now + AFTER : now;
  const title = `table of ${record}${own.join('')}: ${reach.name}, ${seed}`;
  return {
    title,
    seed,
    rule,
    recorded,
    book: bookOf(rule),
    played: {
      story: {
        alert: undefined,
        title,
        scripts: [],
        pace: { scrape: step, evaluation: now },
      },
      series: inputOf(sheet, rule),
      firings: [],
      readings: [{ record, time, samples: sheet.samples }],
      end: time,
      journal: [],
    },
  };
}

const expressions = new Map<YamlRule, YamlRule>();

function recordedOf(rule: YamlRule): YamlRule {
  if (rule.alert === undefined) return rule;
  const recorded = expressions.get(rule) ?? { record: `expression:${rule.alert}`, expr: rule.expr };
  expressions.set(rule, recorded);
  return recorded;
}

const books = new Map<YamlRule, RuleBook>();

function bookOf(rule: YamlRule): RuleBook {
  const group = all.find(({ rules }) => rules.includes(rule))!;
  const book = books.get(rule) ?? new RuleBook([{ ...group, rules: [recordedOf(rule)] }]);
  books.set(rule, book);
  return book;
}

/** What is told of a sheet, and a first sample of something that the rule reads. */
function inputOf({ series, reach }: Sheet, { expr }: YamlRule): InputSeries[] {
  const all = [...series].map(([name, past]): InputSeries => ({ series: name, values: told(past, reach) }));
  const names = all.map((each) => each.series.slice(0, each.series.indexOf('{')));
  const read = names.find((name) => wordsOf(expr).has(name));
  return reach.now <= A_DAY || read === undefined
    ? all
    : [...all, { series: `${read}${textOf(BEGIN)}`, values: '1' }];
}

/** promtool's notation of samples. */
function told(past: Past, { step, now }: Reach): string {
  const parts: string[] = [];
  let next = 0;
  for (const [ago, value] of past.toSorted(([a], [b]) => b - a)) {
    const index = (now - ago) / step;
    if (!Number.isInteger(index) || index <= 0 || index < next)
      throw new Error(`no sample can be told of ${ago} s ago`);
    if (index > next) parts.push(`_x${index - next}`);
    parts.push(String(value));
    next = index + 1;
  }
  return parts.join(' ');
}
