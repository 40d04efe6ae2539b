import type { Recording } from '../model/rule.ts';
import { days } from '../promql/duration.ts';
import { asSeconds, list, promql, type Query, where } from '../promql/promql.ts';
import { BURN_WINDOWS, windowName } from './burn-rate.ts';
import { type Slo, type Strategy, strategyOf } from './model.ts';
import { among, labelsOf, named, type SloSeries } from './series.ts';
import { slicesIn } from './totals.ts';

/** Budgets are rounded to a millionth, or the last binary digit would decide on which side of an edge 1 - 0.05 / (1 - 0.95) lies. */
const MILLIONTH = 0.000001;

/** A window with a handful of runs still allows one bad one: a promise of 95 % over ten runs can not mean half a run. */
const LEAST_ALLOWED_RUNS = 1;

/** The objective of one SLO, for each subject that it has. */
export function objectiveRecording(
  { name, objective, objectivePerSubject, sli }: Slo,
  series: SloSeries,
): Recording {
  const staticLabels = { slo: name };
  const declared = promql`0 * ${where(series.events, staticLabels)} + ${objective}`;
  return {
    record: series.objective.record,
    labels: series.objective.labels,
    staticLabels,
    expr:
      objectivePerSubject === undefined
        ? declared
        : promql`${objectivePerSubject}\nor on (${list(sli.by)})\n${declared}`,
  };
}

/** The length of the windows of SLOs whose subjects all have the same. */
export function windowRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  return [...new Set(slos.map(({ windowDays }) => windowDays))].map((windowDays) => {
    const own = named(slos.filter((slo) => slo.windowDays === windowDays));
    return {
      record: series.window.record,
      labels: series.window.labels,
      expr: promql`0 * ${where(series.events, own)} + ${asSeconds(days(windowDays))}`,
    };
  });
}

/** What every SLO has, from its events and its objective: what was attained, the budget and what is left of it. Weighted by events; never NaN. */
export function budgetRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  const { objective, events, bad, allowed, attained, remaining } = series;
  const labels = labelsOf(slos);
  const share = (own: readonly Slo[], of: Query): Query =>
    promql`(1 - ${where(objective, named(own))}) * ${of}`;
  /** What is allowed by one expression, of SLOs that it is the same for. */
  const allows = (own: readonly Slo[], expr: Query): Recording[] =>
    own.length === 0 ? [] : [{ record: allowed.record, labels, expr }];
  const judgedBy = (strategy: Strategy) => slos.filter(({ sli }) => strategyOf(sli) === strategy);
  const [traffic, counted, slices] = [judgedBy('traffic'), judgedBy('counts'), judgedBy('slices')];
  return [
    ...allows(traffic, share(traffic, promql`${events}`)),
    ...allows(counted, promql`clamp_min(${share(counted, promql`${events}`)}, ${LEAST_ALLOWED_RUNS})`),
    // A subject that is younger than the window has the time of the whole window to be bad in.
    ...[...new Set(slices.map(({ windowDays }) => windowDays))].flatMap((windowDays) => {
      const own = slices.filter((slo) => slo.windowDays === windowDays);
      const whole = slicesIn(days(windowDays), series);
      return allows(own, share(own, promql`clamp_min(${events}, ${whole})`));
    }),
    { record: attained.record, labels, expr: promql`1 - ${bad} / (${events} > 0)` },
    {
      record: remaining.record,
      labels,
      expr: promql`round(1 - ${bad} / (${allowed} > 0), ${MILLIONTH})`,
    },
    ...levelRecordings(slos, series),
  ];
}

/** The number of the level: of how many levels the rest of the budget is below. Each level includes its lower edge. */
function levelRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  return [...new Set(slos.map(({ policy }) => policy))].map((policy) => {
    const own = slos.filter((each) => each.policy === policy);
    const remaining = among(series.remaining, own, slos);
    const below = policy.slice(0, -1).map(({ from }) => promql`(${remaining} < bool ${from})`);
    return {
      record: series.level.record,
      labels: series.level.labels,
      expr: below.slice(1).reduce((sum, edge) => promql`${sum} + ${edge}`, below[0]!),
    };
  });
}

/** Burn rates of slices and of traffic, over every window: the bad share, by the share that the objective allows. */
export function burnRecordings(slos: readonly Slo[], series: SloSeries): Recording[] {
  return BURN_WINDOWS.flatMap((window): Recording[] => {
    const name = windowName(window);
    const [events, bad] = [series.eventsIn[name]!, series.badIn[name]!];
    const rates = (strategy: Strategy, badShare: (own: readonly Slo[]) => Query): Recording[] =>
      byObjective(slos.filter(({ sli }) => strategyOf(sli) === strategy)).map((own) => ({
        record: series.burnRate[name]!.record,
        labels: labelsOf(slos, strategy),
        expr: promql`${badShare(own)} / ${allowedShare(own[0]!)}`,
      }));
    return [
      // By the whole window, though the subject may be younger: the same time of being bad pages for either.
      ...rates(
        'slices',
        (own) => promql`${where(bad, named(own))} / clamp_min(${events}, ${slicesIn(window, series)})`,
      ),
      ...rates('traffic', (own) => promql`${where(bad, named(own))} / (${events} > 0)`),
    ];
  });
}

/** Without the last binary digit of 1 - 0.99, or a rate would lie beside the edge that it is exactly at. */
const allowedShare = ({ objective }: Slo): number => Number((1 - objective).toPrecision(12));

/** SLOs by the objective that they share. */
const byObjective = (slos: readonly Slo[]): Slo[][] =>
  [...new Set(slos.map(({ objective }) => objective))].map((objective) =>
    slos.filter((slo) => slo.objective === objective),
  );
