import { type Duration, days } from '../promql/duration.ts';
import { type RecordedSeries, where } from '../promql/promql.ts';
import { BURN_WINDOWS, windowName } from './burn-rate.ts';
import type { Slo, Strategy, Subject } from './model.ts';
import { strategyOf } from './model.ts';

/**
 * The names of the recorded series. All SLOs share them and are told apart by the label `slo` and the labels of their subjects, so that one
 * dashboard, one policy alert and one report serve them all. `slo` is their level: the labels that an SLO keeps are its own.
 */

/** The labels of every SLO whose alerts judge it this way; of all of them without a strategy. */
export const labelsOf = (slos: readonly Slo[], strategy?: Strategy): Subject => {
  const own = slos.filter(({ sli }) => strategy === undefined || strategyOf(sli) === strategy);
  return [...new Set(['slo', ...own.flatMap(({ sli }) => sli.by)])].sort();
};

/** A matcher for the series of these SLOs. */
export const named = (slos: readonly Slo[]): { readonly slo: string | readonly string[] } => {
  const names = slos.map(({ name }) => name);
  return { slo: names.length === 1 ? names[0]! : names };
};

/** A series of some SLOs; of all that have it, it needs no matcher. */
export const among = (series: RecordedSeries, own: readonly Slo[], all: readonly Slo[]): RecordedSeries =>
  own.length === all.length ? series : where(series, named(own));

/** The series of these SLOs, by name. */
export function seriesOf(slos: readonly Slo[]) {
  const all = labelsOf(slos);
  const series = (name: string, labels: Subject = all): RecordedSeries => ({ record: `slo:${name}`, labels });
  const perWindow = (name: string, labels: Subject, windows: readonly Duration[] = BURN_WINDOWS) =>
    Object.fromEntries(
      windows.map((window) => [windowName(window), series(`${name}${windowName(window)}`, labels)]),
    ) as { readonly [window: string]: RecordedSeries };
  /** A day is what reports count by. */
  const counted = [...BURN_WINDOWS, days(1)];
  const judged = [...new Set([...labelsOf(slos, 'slices'), ...labelsOf(slos, 'traffic')])].sort();
  return {
    /** The share that should be good. */
    objective: series('objective:ratio'),
    /** How long the SLO's rolling window is. */
    window: series('window:seconds'),
    /** 1 while what should happen happened recently enough, else 0: one slice of time each evaluation. */
    goodSlice: series('good_slice:bool', labelsOf(slos, 'slices')),
    /** How old it may be, and since when that is so; absent until it changes. */
    limit: series('limit:seconds', labelsOf(slos, 'slices')),
    limitChanged: series('limit_changed:timestamp_seconds', labelsOf(slos, 'slices')),
    /** 1 while another alert says why slices are bad, and for as long as they go on being so. */
    explained: series('explained:bool', labelsOf(slos, 'slices')),
    /** When slices were last judged, and how long they are. */
    evaluated: series('evaluated:timestamp_seconds', []),
    sliceSeconds: series('slice:seconds', []),
    /** Events since they were first counted, good and bad. Slices and runs are events too. */
    eventsTotal: series('events:total'),
    badTotal: series('bad_events:total'),
    /** Events in windows up to the SLO's own, good and bad. */
    eventsIn: perWindow('events:increase', all, counted),
    badIn: perWindow('bad_events:increase', all, counted),
    events: series('events:increase_window'),
    bad: series('bad_events:increase_window'),
    /** Bad events that the objective allows among those of the window. */
    allowed: series('allowed_events:increase_window'),
    /** The share that was good: what was attained. */
    attained: series('good_events:ratio_window'),
    /** 1 untouched, 0 spent, below 0 broken. */
    remaining: series('error_budget_remaining:ratio'),
    /** The number of the policy's level, 0 the best. */
    level: series('error_budget_policy:level'),
    /** How many times faster than evenly the budget burns. */
    burnRate: perWindow('burn_rate:ratio', judged),
  };
}

export type SloSeries = ReturnType<typeof seriesOf>;
