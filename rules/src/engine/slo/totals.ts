import type { Recording } from '../model/rule.ts';
import { type Duration, days, hours, minutes } from '../promql/duration.ts';
import {
  asSeconds,
  boundTexts,
  bucketOf,
  countOf,
  list,
  promql,
  type Query,
  type RecordedSeries,
  where,
} from '../promql/promql.ts';
import { type Counting, counting, kept, remembered, runningSum } from '../remembered/index.ts';
import { goodSlice } from './freshness.ts';
import type { Counter, FreshnessSli, LatencySli, RatioSli, RunsSli, Slo } from './model.ts';
import type { SloSeries } from './series.ts';

/*
 * What each SLO is counted by: events and bad events since it was first known, as totals that no restart, gap or late scrape disturbs. Each
 * window is what its totals grew by, a difference of two samples, so that a month costs no more than five minutes.
 */

/** How often totals are counted. A slice of time is as long. */
export const COUNTED_EVERY = minutes(1);

/** The totals of all SLOs, and what they are made of, in their order. */
export function totalRecordings(slos: readonly Slo[], series: SloSeries): readonly Recording[] {
  const counts = counting('slo');
  const counted = slos.some(({ sli }) => sli.kind !== 'freshness');
  const sliced = slos.some(({ sli }) => sli.kind === 'freshness');
  return [
    ...(sliced ? sliceLength(series) : []),
    ...(counted ? counts.processes : []),
    ...slos.flatMap((slo) => totalsOf(slo, series, counts)),
  ];
}

function totalsOf(slo: Slo, series: SloSeries, counts: Counting): readonly Recording[] {
  switch (slo.sli.kind) {
    case 'freshness':
      return sliceTotals(slo, slo.sli, series);
    case 'runs':
      return runTotals(slo, slo.sli, series, counts);
    default:
      return trafficTotals(slo, slo.sli, series, counts);
  }
}

/** Slices of time, each evaluation one. What was counted goes on while the subject is known, also while it is paused. */
function sliceTotals(slo: Slo, sli: FreshnessSli, series: SloSeries): readonly Recording[] {
  const { by, age } = sli;
  const slice = where(series.goodSlice, { slo: slo.name });
  const sum = (name: string, added: Query): Recording =>
    runningSum(added, {
      labels: by,
      level: 'slo',
      name,
      staticLabels: { slo: slo.name },
      known: (own) => promql`(${remembered(own)} and on (${list(by)}) ${age})`,
    }).recording;
  return [
    ...goodSlice(slo, sli, series),
    sum('events', promql`(0 * ${slice} + 1)`),
    sum('bad_events', promql`(1 - ${slice})`),
  ];
}

/** Runs are counted for as long as their subject is known. */
function runTotals(slo: Slo, { by, runs, ...sli }: RunsSli, series: SloSeries, counts: Counting) {
  const subjects = sli.subjects ?? sli.interval;
  const events = counts.total(runs.total, {
    labels: by,
    level: 'slo',
    name: 'events',
    staticLabels: { slo: slo.name },
    known: (own) => promql`(${remembered(own)} and on (${list(by)}) ${subjects})`,
  });
  return [...events.recordings, ...badTotal(slo, runs.bad, series, counts)];
}

/** Traffic is counted until its subject has had no event for a whole window, such as a route that is no more. */
function trafficTotals(
  slo: Slo,
  sli: RatioSli | LatencySli,
  series: SloSeries,
  counts: Counting,
): readonly Recording[] {
  const { name, windowDays } = slo;
  const staticLabels = { slo: name };
  const events = counts.total(sli.kind === 'ratio' ? sli.total : countOf(sli.histogram), {
    labels: sli.by,
    level: 'slo',
    name: 'events',
    staticLabels,
    keptFor: days(windowDays),
  });
  if (sli.kind === 'ratio') return [...events.recordings, ...badTotal(slo, sli.bad, series, counts)];
  const le = boundTexts(sli.withinSeconds);
  const within = counts.total(where(bucketOf(sli.histogram), { le }), {
    labels: sli.by,
    level: 'slo',
    name: 'good_events',
    staticLabels,
    known: knownWith(slo, series),
  });
  const [all, good] = [events.series, within.series];
  return [
    ...events.recordings,
    ...within.recordings,
    kept({
      ...series.badTotal,
      staticLabels,
      expr: promql`clamp_min(${all} - on (${list(sli.by)}) ${good}, 0)`,
    }),
  ];
}

/** Bad events, none of them until there is one. */
function badTotal(slo: Slo, bad: Counter, series: SloSeries, counts: Counting): readonly Recording[] {
  const { by } = slo.sli;
  const { recordings } = counts.total(bad, {
    labels: by,
    level: 'slo',
    name: 'bad_events',
    staticLabels: { slo: slo.name },
    known: knownWith(slo, series),
  });
  const all = where(series.eventsTotal, { slo: slo.name });
  return recordings.map((recording) =>
    recording.record === series.badTotal.record
      ? {
          ...recording,
          labels: series.badTotal.labels,
          expr: promql`${recording.expr}
            or on (${list(by)})
            0 * ${all}`,
        }
      : recording,
  );
}

/** What is known of a subject's totals as long as its events are. */
const knownWith =
  ({ name, sli }: Slo, series: SloSeries) =>
  (own: RecordedSeries): Query =>
    promql`(${remembered(own)} and on (${list(sli.by)}) ${where(series.eventsTotal, { slo: name })})`;

/** How long slices are: as far apart as evaluations mostly are. A gap is one long slice among many, and does not count. */
function sliceLength({ evaluated, sliceSeconds }: SloSeries): readonly Recording[] {
  return [
    {
      ...sliceSeconds,
      expr: promql`time() - last_over_time(${evaluated}[${AWAY}] offset ${EARLIER})`,
    },
    { ...evaluated, expr: promql`vector(time())` },
  ];
}

/** Longer than between two evaluations of any group. */
const AWAY = hours(6);
const EARLIER: Duration = { durationSeconds: 0.001 };
const LATELY = hours(1);

/** How many slices a window holds when no evaluation is missed */
export const slicesIn = (window: Duration, { sliceSeconds }: SloSeries): Query =>
  promql`${asSeconds(window)} / scalar(quantile_over_time(0.5, ${sliceSeconds}[${LATELY}]) or vector(${asSeconds(COUNTED_EVERY)}))`;
