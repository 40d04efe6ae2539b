import type { Recording } from '../model/rule.ts';
import { type Duration, days, hours } from '../promql/duration.ts';
import { type RecordedSeries, where } from '../promql/promql.ts';
import { grownIn } from '../remembered/index.ts';
import { BURN_WINDOWS, windowName } from './burn-rate.ts';
import { type Slo, strategyOf } from './model.ts';
import { among, labelsOf, named, type SloSeries } from './series.ts';

/** Up to here windows move with each minute; longer ones can wait for two. */
const SHORT = hours(1);

const isShort = (window: Duration): boolean => window.durationSeconds <= SHORT.durationSeconds;

/** SLOs that burn rates are computed for: those of traffic and of slices. */
const burning = (slos: readonly Slo[]): readonly Slo[] =>
  slos.filter(({ sli }) => strategyOf(sli) !== 'counts');

const grown = (
  window: Duration,
  { record }: RecordedSeries,
  total: RecordedSeries,
  labels: readonly string[],
): Recording => ({ record, labels, expr: grownIn(total, window) });

function inWindows(slos: readonly Slo[], series: SloSeries, windows: readonly Duration[]): Recording[] {
  const own = burning(slos);
  if (own.length === 0) return [];
  const labels = labelsOf(own);
  return windows.flatMap((window) => {
    const name = windowName(window);
    return [
      grown(window, series.eventsIn[name]!, among(series.eventsTotal, own, slos), labels),
      grown(window, series.badIn[name]!, among(series.badTotal, own, slos), labels),
    ];
  });
}

/** Events and bad events in the windows up to an hour. */
export const shortWindows = (slos: readonly Slo[], series: SloSeries): Recording[] =>
  inWindows(slos, series, BURN_WINDOWS.filter(isShort));

/** Events and bad events in the longer windows, in a day, which reports count by, and in each SLO's own. */
export function longWindows(slos: readonly Slo[], series: SloSeries): Recording[] {
  const own = burning(slos);
  const lengths = [...new Set(own.map(({ windowDays }) => windowDays))];
  return [
    ...inWindows(slos, series, [days(1), ...BURN_WINDOWS.filter((window) => !isShort(window))]),
    ...lengths.flatMap((windowDays) => {
      const these = own.filter((slo) => slo.windowDays === windowDays);
      const labels = labelsOf(these);
      return [
        grown(days(windowDays), series.events, where(series.eventsTotal, named(these)), labels),
        grown(days(windowDays), series.bad, where(series.badTotal, named(these)), labels),
      ];
    }),
  ];
}
