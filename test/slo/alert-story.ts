import { parseSeconds } from '../mutation/rules/duration.ts';
import { nameOf, sloRules, type YamlRule } from '../scenario/rules.ts';
import type { Played } from '../scenario/story.ts';
import type { AlertLabels } from '../scenario/world/stage.ts';
import type { Pace } from '../scenario/world/time.ts';
import { inputOf, rulesBehind, type Told } from './history.ts';

/** A span of evaluations in which an alert's expression holds for these labels: the first one included, the last one not. */
export interface Held {
  readonly labels: AlertLabels;
  readonly from: number;
  /** Absent: it holds to the end. */
  readonly to?: number;
}

/** A history and when an alert's expression holds in it, computed by hand. */
export interface AlertStory {
  readonly alert: string;
  readonly title: string;
  readonly pace: Pace;
  readonly end: number;
  readonly series: { readonly [series: string]: Told };
  readonly held: readonly Held[];
  /** Times of which it must be said that nothing holds, besides those around `held`. */
  readonly quietAt?: readonly number[];
}

export const ruleOf = (alert: string): YamlRule => sloRules.find((rule) => nameOf(rule) === alert)!;

/** The SLOs whose series a rule of an alert reads. */
export const slosBehind = (rule: YamlRule): readonly string[] => {
  const slos = [...rule.expr.matchAll(/slo="([a-z-]+)"/g)].map(([, slo]) => slo!);
  return slos.length === 0 ? sloRules.flatMap(({ labels = {} }) => labels.slo ?? []) : slos;
};

/** The alert and the rules that it reads. */
export const rulesFor = (alert: string): readonly YamlRule[] => {
  const rule = ruleOf(alert);
  return [...rulesBehind([...namesIn(rule.expr)], slosBehind(rule)), rule];
};

const namesIn = (expr: string): ReadonlySet<string> => new Set(expr.match(/slo:\w+:\w+/g));

/** The series of a story, and that nobody is named as the owner of its jobs, each of which may wake somebody. */
export function withOwnership(series: AlertStory['series']): AlertStory['series'] {
  const jobs = Object.keys(series).flatMap((name) => /job_name="([^"]+)"/.exec(name)?.[1] ?? []);
  const owned = jobs.map((job_name) => [
    `job_name_owner_pages:job_ownership:info{job_name="${job_name}"}`,
    () => 1,
  ]);
  return { ...series, ...Object.fromEntries(owned) };
}

/** What follows from an expression that holds: the alert fires after its `for`, and goes on for `keep_firing_for` after it. */
export function playedOf({ alert, title, pace, end, series, held }: AlertStory): Played {
  const rule = ruleOf(alert);
  const hold = parseSeconds(rule.for ?? '0s');
  const keep = parseSeconds(rule.keep_firing_for ?? '0s');
  const beyond = end + pace.evaluation;
  const spans = held.flatMap(({ labels, from, to = beyond }) =>
    from + hold >= to ? [] : [{ labels, span: { from: from + hold, to: Math.min(to + keep, beyond) } }],
  );
  const subjects = [...new Set(spans.map(({ labels }) => JSON.stringify(labels)))];
  return {
    story: { alert, title, scripts: [], pace },
    series: inputOf({ series: withOwnership(series), pace, end }),
    firings: subjects.map((key) => ({
      labels: JSON.parse(key) as AlertLabels,
      spans: spans.filter(({ labels }) => JSON.stringify(labels) === key).map(({ span }) => span),
    })),
    readings: [],
    end,
    journal: [],
  };
}
