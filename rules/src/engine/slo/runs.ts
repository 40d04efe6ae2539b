import type { Recording } from '../model/rule.ts';
import { type Duration, days } from '../promql/duration.ts';
import { asSeconds, list, promql, type Query, type RecordedSeries, where } from '../promql/promql.ts';
import { grownIn } from '../remembered/index.ts';
import type { RunsSli, Slo } from './model.ts';
import type { SloSeries } from './series.ts';

/** Runs that a window should hold, or one of them is too much of it (reference: count SLIs over windows of twenty runs or more). */
const RUNS_IN_WINDOW = 20;

/** Events and bad events of rare runs, over the SLO's own window or over the longer one for rare runs. */
export function runRecordings(slo: Slo, sli: RunsSli, series: SloSeries): readonly Recording[] {
  const { by, subjects = sli.interval } = sli;
  const staticLabels = { slo: slo.name };
  const recording = ({ record }: RecordedSeries, expr: Query, labels = series.events.labels): Recording => ({
    record,
    labels,
    staticLabels,
    expr,
  });
  const [short, long] = [days(slo.windowDays), days(sli.rareWindowDays)];
  const rare = asSeconds({ durationSeconds: short.durationSeconds / RUNS_IN_WINDOW });
  const on = promql`on (${list(by)})`;
  const isOften = promql`(${sli.interval} <= ${rare})`;
  const inWindow = (total: RecordedSeries): Query => {
    const grown = (window: Duration): Query =>
      promql`(${grownIn(where(total, staticLabels), window)} and ${on} ${subjects})`;
    return promql`(${grown(short)} and ${on} ${isOften})
      or
      (${grown(long)} and ${on} ${sli.interval})`;
  };
  const day = (total: RecordedSeries): Query =>
    promql`(${grownIn(where(total, staticLabels), days(1))} and ${on} ${subjects})`;
  return [
    recording(
      series.window,
      promql`(
          0 * ${isOften} + ${asSeconds(short)}
          or ${on}
          0 * ${sli.interval} + ${asSeconds(long)}
        )
        and ${on} ${subjects}`,
      [...by, 'slo'],
    ),
    recording(series.events, inWindow(series.eventsTotal)),
    recording(series.bad, inWindow(series.badTotal)),
    recording(series.eventsIn['1d']!, day(series.eventsTotal)),
    recording(series.badIn['1d']!, day(series.badTotal)),
  ];
}
