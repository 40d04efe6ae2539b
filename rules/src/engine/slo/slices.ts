import type { Recording } from '../model/rule.ts';
import { days } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import type { Slo } from './model.ts';
import { among, labelsOf, type SloSeries } from './series.ts';

/** Slices as events: how many there were in the windows, and how many of them were bad. */
export function sliceRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  const labels = labelsOf(slos, 'slices');
  const windows = [...new Set(slos.map(({ windowDays }) => windowDays))].map((windowDays) => ({
    window: days(windowDays),
    events: series.events,
    bad: series.bad,
    own: slos.filter((slo) => slo.windowDays === windowDays),
  }));
  const day = { window: days(1), events: series.eventsIn['1d']!, bad: series.badIn['1d']!, own: slos };
  return [...windows, day].flatMap(({ window, events, bad, own }): Recording[] => {
    const slice = among(series.goodSlice, own, slos);
    return [
      { record: events.record, labels, expr: promql`count_over_time(${slice}[${window}])` },
      {
        record: bad.record,
        labels,
        expr: promql`count_over_time(${slice}[${window}]) - sum_over_time(${slice}[${window}])`,
      },
    ];
  });
}
