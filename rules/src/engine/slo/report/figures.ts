import { DEFAULT_SCOPE } from '../../scope/scope.ts';
import type { Slo } from '../model.ts';
import { strategyOf } from '../model.ts';
import { BUDGET_POLICY, type PolicyLevel } from '../policy.ts';
import type { Period } from './period.ts';
import type { Line, Prometheus, Sample } from './prometheus.ts';
import { type Violation, violationsIn } from './recovery.ts';

/** What happened on one day of the period. */
export interface Day {
  /** Unix seconds of its end; it began 24 hours before. */
  readonly end: number;
  readonly events: number;
  readonly bad: number;
}

/** One SLO of one subject in the period. Undefined is what Prometheus has no number of. */
export interface Figures {
  readonly slo: string;
  /** The labels of the subject, without those of its estate. */
  readonly subject: { readonly [label: string]: string };
  /** The scope labels that it has: where it runs. The same subject in another estate has figures of its own. */
  readonly estate: { readonly [label: string]: string };
  readonly objective: number | undefined;
  /** What the events are called: requests, runs, slices. */
  readonly unit: string;
  /** In the period. */
  readonly events: number;
  readonly bad: number;
  readonly attained: number | undefined;
  /** In the SLO's own window, at the end of the period. */
  readonly windowDays: number | undefined;
  readonly windowAttained: number | undefined;
  readonly remaining: number | undefined;
  readonly level: (PolicyLevel & { readonly number: number }) | undefined;
  readonly days: readonly Day[];
  /** Days with bad events, the worst first. */
  readonly worstDays: readonly Day[];
  /** What was left of the budget over the period. */
  readonly burnDown: Line['points'];
  /** When more was bad than the objective allows, in order, and how long until it was well again. */
  readonly violations: readonly Violation[];
}

/** The figures of a composite, at the end of the period. */
export interface CompositeFigure {
  readonly composite: string;
  readonly subject: { readonly [label: string]: string };
  readonly estate: { readonly [label: string]: string };
  readonly value: number;
}

export interface Report {
  readonly period: Period;
  readonly figures: readonly Figures[];
  readonly composites: readonly CompositeFigure[];
}

const WORST = 3;
const DAY = 86_400;
/** How finely violations are told, in seconds: fine enough for a page, and a month of it is fewer points than Prometheus answers with. */
const FINE = 300;
const UNITS = { counts: 'runs', slices: 'slices', traffic: 'requests' } as const;

/** Whose figures are read. */
export interface ReportSelection {
  /** Those of an installation, such as `{namespace="prod"}`. Default: everything. */
  readonly matchers?: string;
  /** Labels that tell one estate from another. Default {@link DEFAULT_SCOPE}. */
  readonly scope?: readonly string[];
}

/** Reads a report, estate by estate. `slos` are the declarations that are known by name. */
export async function collect(
  prometheus: Prometheus,
  period: Period,
  slos: readonly Slo[],
  { matchers = '', scope = DEFAULT_SCOPE }: ReportSelection = {},
): Promise<Report> {
  const { start, end, dayEnds, step } = period;
  const now = (name: string) => prometheus.query(`slo:${name}${matchers}`, end);
  const daily = (name: string) => prometheus.queryRange(`slo:${name}${matchers}`, dayEnds[0]!, end, DAY);
  const [objectives, attained, remaining, levels, windows, composites, events, bad, burnDown, fine, fineBad] =
    await Promise.all([
      now('objective:ratio'),
      now('good_events:ratio_window'),
      now('error_budget_remaining:ratio'),
      now('error_budget_policy:level'),
      now('window:seconds'),
      now('reliability:ratio_window'),
      daily('events:increase1d'),
      daily('bad_events:increase1d'),
      prometheus.queryRange(`slo:error_budget_remaining:ratio${matchers}`, start, end, step),
      prometheus.queryRange(`slo:events:total${matchers}`, start, end, FINE),
      prometheus.queryRange(`slo:bad_events:total${matchers}`, start, end, FINE),
    ]);
  const subjects = new Map(
    [...objectives, ...events, ...burnDown].map(({ labels }) => [keyOf(labels), labels]),
  );
  const figures = [...subjects.entries()].map(([key, labels]): Figures => {
    const valueIn = (samples: readonly Sample[]) => samples.find((each) => keyOf(each.labels) === key)?.value;
    const pointsIn = (lines: readonly Line[]) =>
      lines.find((each) => keyOf(each.labels) === key)?.points ?? [];
    const declared = slos.find(({ name }) => name === labels.slo);
    const badBy = new Map(pointsIn(bad).map(({ time, value }) => [time, value]));
    const days = pointsIn(events).map(({ time, value }) => ({
      end: time,
      events: value,
      bad: badBy.get(time) ?? 0,
    }));
    const total = sum(days.map((day) => day.events));
    const badTotal = sum(days.map((day) => day.bad));
    const level = valueIn(levels);
    const seconds = valueIn(windows);
    const objective = valueIn(objectives);
    return {
      slo: labels.slo ?? '',
      ...namesIn(labels, scope),
      objective,
      unit: declared === undefined ? 'events' : UNITS[strategyOf(declared.sli)],
      events: total,
      bad: badTotal,
      attained: total > 0 ? 1 - badTotal / total : undefined,
      windowDays: seconds === undefined ? undefined : seconds / DAY,
      windowAttained: valueIn(attained),
      remaining: valueIn(remaining),
      level: level === undefined ? undefined : levelAt(declared, level),
      days,
      worstDays: days
        .filter((day) => day.bad > 0)
        .sort((a, b) => b.bad / b.events - a.bad / a.events || b.bad - a.bad)
        .slice(0, WORST),
      burnDown: pointsIn(burnDown),
      violations: objective === undefined ? [] : violationsIn(pointsIn(fine), pointsIn(fineBad), objective),
    };
  });
  const order = (slo: string) => slos.findIndex(({ name }) => name === slo);
  return {
    period,
    figures: figures.sort(
      (a, b) =>
        estateKey(a).localeCompare(estateKey(b)) ||
        order(a.slo) - order(b.slo) ||
        textOf(a).localeCompare(textOf(b)),
    ),
    composites: composites
      .map(({ labels, value }) => ({
        composite: labels.composite ?? '',
        ...namesIn(labels, scope),
        value,
      }))
      .sort((a, b) => estateKey(a).localeCompare(estateKey(b))),
  };
}

const textOf = ({ slo, subject }: Figures): string => slo + JSON.stringify(subject);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

function levelAt(slo: Slo | undefined, number: number): PolicyLevel & { readonly number: number } {
  const level = (slo?.policy ?? BUDGET_POLICY)[number];
  return { from: Number.NEGATIVE_INFINITY, name: 'unknown', action: '', ...level, number };
}

const OWN = ['__name__', 'slo', 'composite'];

/** What a series speaks of, and where that is; the estate's labels in the order of the scope. */
function namesIn(labels: Sample['labels'], scope: readonly string[]): Pick<Figures, 'subject' | 'estate'> {
  const others = Object.entries(labels).filter(([name]) => !OWN.includes(name) && !scope.includes(name));
  const own = scope.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]] as const]));
  return { subject: Object.fromEntries(others), estate: Object.fromEntries(own) };
}

const estateKey = ({ estate }: Pick<Figures, 'estate'>): string => JSON.stringify(estate);

/** A series without its name, as one text. */
const keyOf = ({ __name__: _, ...labels }: Sample['labels']): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
