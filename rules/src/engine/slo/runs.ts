import type { Recording } from '../model/rule.ts';
import { type Duration, days } from '../promql/duration.ts';
import {
  asSeconds,
  bucketOf,
  countOf,
  list,
  promql,
  type Query,
  type RecordedSeries,
  where,
} from '../promql/promql.ts';
import type { RunsSli, Slo, Subject } from './model.ts';
import type { SloSeries } from './series.ts';

/** Runs that a window should hold, or one of them is too much of it (reference: count SLIs over windows of twenty runs or more). */
const RUNS_IN_WINDOW = 20;

/** Counts are whole: increase() extrapolates by a few thousandths. */
const WHOLE = 1;

/** Events and bad events of rare runs: counted over the whole window from the counters themselves, so that a gap or a restart loses none. */
export function runRecordings(slo: Slo, sli: RunsSli, series: SloSeries): readonly Recording[] {
  const { by } = sli;
  const labels = [...by, 'slo'];
  const staticLabels = { slo: slo.name };
  const recording = (record: string, expr: Query): Recording => ({ record, labels, staticLabels, expr });
  const [short, long] = [days(slo.windowDays), days(sli.rareWindowDays)];
  const rare = asSeconds({ durationSeconds: short.durationSeconds / RUNS_IN_WINDOW });
  const isOften = promql`(${sli.interval} <= ${rare})`;
  const inWindow = (count: (window: Duration) => Query): Query =>
    promql`(${count(short)} and on (${list(by)}) ${isOften})
      or
      (${count(long)} and on (${list(by)}) ${sli.interval})`;
  const day = series.eventsIn['1d']!;
  const badDay = series.badIn['1d']!;
  return [
    recording(
      series.window.record,
      promql`0 * ${isOften} + ${asSeconds(short)}
        or on (${list(by)})
        0 * ${sli.interval} + ${asSeconds(long)}`,
    ),
    ...('histogram' in sli.runs ? [weights(slo, sli.runs.withinSeconds, by, series)] : []),
    recording(
      series.events.record,
      inWindow((window) => runsIn(sli, window)),
    ),
    recording(
      series.bad.record,
      inWindow((window) => badRunsIn(slo, sli, window, series)),
    ),
    recording(day.record, runsIn(sli, days(1))),
    recording(badDay.record, badRunsIn(slo, sli, days(1), series)),
  ];
}

function runsIn({ by, runs }: RunsSli, window: Duration): Query {
  const counter = 'histogram' in runs ? countOf(runs.histogram) : runs.total;
  return promql`round(sum by (${list(by)}) (increase(${counter}[${window}])), ${WHOLE})`;
}

function badRunsIn(slo: Slo, sli: RunsSli, window: Duration, series: SloSeries): Query {
  const { by, runs } = sli;
  if (!('histogram' in runs))
    return promql`round(sum by (${list(by)}) (increase(${runs.bad}[${window}])), ${WHOLE})`;
  const keys = [...by, 'le'];
  const weight = where(series.weight, { slo: slo.name });
  // Prometheus 3 writes bounds as 60.0 where Prometheus 2 keeps 60.
  const buckets = promql`sum by (${list(keys)}) (label_replace(increase(${bucketOf(runs.histogram)}[${window}]), "le", "$1", "le", "(.+)\\\\.0"))`;
  return promql`round(
      sum by (${list(by)}) (increase(${countOf(runs.histogram)}[${window}]))
      - on (${list(by)})
      sum by (${list(by)}) (${buckets} * on (${list(keys)}) ${weight}), ${WHOLE})`;
}

/**
 * Which bucket of each subject counts as within its bound: the one at the bound itself, which the instrument makes of it. So the count is exact, and nothing is interpolated; of a subject
 * without such a bucket nothing is said. The label is written as Prometheus 2 writes bounds, to which badRunsIn() brings those of Prometheus 3.
 */
function weights({ name }: Slo, bound: RecordedSeries, by: Subject, series: SloSeries): Recording {
  return {
    record: series.weight.record,
    labels: [...by, 'le', 'slo'],
    staticLabels: { slo: name },
    expr: promql`count_values by (${list(by)}) ("le", ${bound})`,
  };
}
