import { parseSeconds } from '../rules/duration.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { nameOf, sloRules, type YamlRule } from '../scenario/rules.ts';
import type { Played } from '../scenario/story.ts';
import type { AlertLabels } from '../scenario/world/stage.ts';
import type { Pace } from '../scenario/world/time.ts';
import { bookOf, inputOf, type Told } from './history.ts';

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
  /** Whether it is told of jobs that must wake nobody: the alert is a warning then. Default: no. */
  readonly wakesNobody?: boolean;
}

export const ruleOf = (alert: string): YamlRule => sloRules.find((rule) => nameOf(rule) === alert)!;

/** Whether an alert wakes somebody, and so has a second rule, as a warning, for what must wake nobody. */
export const wakesSomebody = (alert: string): boolean =>
  sloRules.filter((rule) => nameOf(rule) === alert).length > 1;

/** The rules that a story is judged by: those of the SLOs whose series the alert reads. */
export function bookFor({ alert }: Pick<AlertStory, 'alert'>): RuleBook {
  const named = [...ruleOf(alert).expr.matchAll(/slo="([a-z-]+)"/g)].map(([, slo]) => slo!);
  return bookOf({
    slos: named.length === 0 ? sloRules.flatMap(({ labels = {} }) => labels.slo ?? []) : named,
  });
}

/** The series of a story, and that nobody is named as the owner of its jobs, each of which may wake somebody or not. */
function withOwnership({ series, wakesNobody = false }: AlertStory): AlertStory['series'] {
  const jobs = Object.keys(series).flatMap((name) => /job_name="([^"]+)"/.exec(name)?.[1] ?? []);
  const pages = wakesNobody ? ',pages="false"' : '';
  const owned = jobs.map((job_name) => [
    `job_name_owner_pages:job_ownership:info{job_name="${job_name}"${pages}}`,
    () => 1,
  ]);
  return { ...series, ...Object.fromEntries(owned) };
}

/** What follows from an expression that holds: the alert fires after its `for`, and goes on for `keep_firing_for` after it. */
export function playedOf(story: AlertStory): Played {
  const { alert, title, pace, end, held, wakesNobody = false } = story;
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
    series: inputOf({ series: withOwnership(story), pace, end }),
    firings: subjects.map((key) => ({
      labels: { ...(JSON.parse(key) as AlertLabels), ...(wakesNobody ? { severity: 'warning' } : {}) },
      spans: spans.filter(({ labels }) => JSON.stringify(labels) === key).map(({ span }) => span),
    })),
    readings: [],
    end,
    journal: [],
  };
}
