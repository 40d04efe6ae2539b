import type { Recording } from '../model/rule.ts';
import { type Duration, days, hours } from '../promql/duration.ts';
import { bucketOf, countOf, list, promql, type Query, type RecordedSeries, where } from '../promql/promql.ts';
import { BURN_WINDOWS, windowName } from './burn-rate.ts';
import type { Counter, LatencySli, RatioSli, Slo, Subject } from './model.ts';
import { among, labelsOf, type SloSeries } from './series.ts';

/** The slice that long windows are summed from, of five minutes: an increase over 30 days of raw counters reads millions of samples. */
const SLICE = BURN_WINDOWS[0]!;

/** Up to here windows are read from the counters themselves, so that they move with each scrape. */
const LONGEST_RAW = hours(1);

const isRaw = (window: Duration): boolean => window.durationSeconds <= LONGEST_RAW.durationSeconds;

/** Events and bad events of one SLO in the short windows. */
export function trafficRecordings({ name }: Slo, sli: RatioSli | LatencySli, series: SloSeries): Recording[] {
  const labels = [...sli.by, 'slo'];
  const staticLabels = { slo: name };
  return BURN_WINDOWS.filter(isRaw).flatMap((window): Recording[] => {
    const events = series.eventsIn[windowName(window)]!;
    const bad = series.badIn[windowName(window)]!;
    const all = where(events, staticLabels);
    return [
      { record: events.record, labels, staticLabels, expr: eventsIn(sli, window) },
      { record: bad.record, labels, staticLabels, expr: badEventsIn(sli, window, all) },
    ];
  });
}

/** How long a series may have been away and still be the same: else its whole count would be taken for new. */
const AWAY = hours(6);

/**
 * What was added in a window. A series that was born in it counts with all that it has, which increase() misses. Slices are exact: each takes up
 * where the one before ended, also over a gap. Only where the counter is no higher than then, since it was reset or nothing happened, they are an
 * increase(), which extrapolates.
 */
const added = (counter: Counter, window: Duration, by: Subject): Query => {
  const before = promql`last_over_time(${counter}[${AWAY}] offset ${window})`;
  const last = promql`last_over_time(${counter}[${window}])`;
  const since =
    windowName(window) === windowName(SLICE)
      ? promql`(${last} unless ${before})\nor\n${last} - ${before} > 0`
      : promql`(${counter} unless ${before})`;
  return promql`sum by (${list(by)}) (
      ${since}
      or
      increase(${counter}[${window}])
    )`;
};

const eventsIn = (sli: RatioSli | LatencySli, window: Duration): Query =>
  added(sli.kind === 'ratio' ? sli.total : countOf(sli.histogram), window, sli.by);

function badEventsIn(sli: RatioSli | LatencySli, window: Duration, all: RecordedSeries): Query {
  const on = list(sli.by);
  // Both sides leave the same labels: where they change places, promtool's backfilling would drop what came before as out of order.
  if (sli.kind === 'ratio') return promql`${added(sli.bad, window, sli.by)}\nor\n0 * sum by (${on}) (${all})`;
  // Prometheus 3 writes whole bounds as 1.0.
  const le = [
    String(sli.withinSeconds),
    ...(Number.isInteger(sli.withinSeconds) ? [`${sli.withinSeconds}.0`] : []),
  ];
  const within = added(where(bucketOf(sli.histogram), { le }), window, sli.by);
  return promql`clamp_min(${all} - on (${on}) ${within}, 0)`;
}

/** The long windows of all traffic SLOs, summed from slices of five minutes, each counted once: the steps of a subquery lie on multiples of its step. */
export function summedRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  const labels = labelsOf(slos, 'traffic');
  const slice = windowName(SLICE);
  const sums = (window: Duration, events: string, bad: string, own: readonly Slo[]): Recording[] =>
    [
      { record: events, of: series.eventsIn[slice]! },
      { record: bad, of: series.badIn[slice]! },
    ].map(({ record, of }) => ({
      record,
      labels,
      expr: promql`sum_over_time(${among(of, own, slos)}[${window}:${SLICE}])`,
    }));
  const windows = [...new Set(slos.map(({ windowDays }) => windowDays))];
  return [
    ...[days(1), ...BURN_WINDOWS.filter((window) => !isRaw(window))].flatMap((window) => {
      const name = windowName(window);
      return sums(window, series.eventsIn[name]!.record, series.badIn[name]!.record, slos);
    }),
    ...windows.flatMap((windowDays) =>
      sums(
        days(windowDays),
        series.events.record,
        series.bad.record,
        slos.filter((slo) => slo.windowDays === windowDays),
      ),
    ),
  ];
}
