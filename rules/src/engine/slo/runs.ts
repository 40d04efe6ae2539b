import type { Recording } from '../model/rule.ts';
import { type Duration, days } from '../promql/duration.ts';
import {
  asSeconds,
  bucketOf,
  countOf,
  list,
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
  raw,
  where,
} from '../promql/promql.ts';
import type { RunsSli, Slo, Subject } from './model.ts';
import type { SloSeries } from './series.ts';

/** Runs that a window should hold, or one of them is too much of it (reference: count SLIs over windows of twenty runs or more). */
const RUNS_IN_WINDOW = 20;

/** Counts are whole: increase() extrapolates by a few thousandths. Interpolated counts are not, and keep two digits. */
const WHOLE = 1;
const HUNDREDTH = 0.01;

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
    ...('histogram' in sli.runs
      ? [weights(slo, sli.runs.histogram, sli.runs.withinSeconds, by, series)]
      : []),
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
      sum by (${list(by)}) (${buckets} * on (${list(keys)}) ${weight}), ${HUNDREDTH})`;
}

/**
 * How much of each bucket counts as within the bound of each subject. At a bucket's own bound that is all of this bucket; between two bounds
 * the buckets on both sides count in part, which is the same interpolation as histogram_quantile()'s: the quantile is within the bound exactly
 * when the share is. So it rises from the bound before to 1 at the bucket's own, and falls to the next.
 */
function weights(
  { name }: Slo,
  { descriptor }: MetricReference,
  bound: RecordedSeries,
  by: Subject,
  series: SloSeries,
): Recording {
  const bounds = descriptor.buckets ?? [];
  const each = bounds.map((at, i) => {
    const before = bounds[i - 1] ?? 0;
    const after = bounds[i + 1];
    const rising = promql`clamp_max((${bound} - ${before}) / ${width(before, at)}, 1)`;
    const weight =
      after === undefined
        ? rising
        : promql`${rising} + clamp_max((${after} - ${bound}) / ${width(at, after)}, 1) - 1`;
    return promql`label_replace(clamp_min(${weight}, 0), "le", "${raw(String(at))}", "", "")`;
  });
  return {
    record: series.weight.record,
    labels: [...by, 'le', 'slo'],
    staticLabels: { slo: name },
    expr: each.slice(1).reduce((sum, weight) => promql`${sum}\nor\n${weight}`, each[0]!),
  };
}

const width = (from: number, to: number): number => Number((to - from).toPrecision(12));
