import { firing } from '../model/external.ts';
import type { Alert, Recording } from '../model/rule.ts';
import { type Duration, formatDuration, hours, minutes } from '../promql/duration.ts';
import { list, promql, type Query, where } from '../promql/promql.ts';
import { threshold } from '../promql/threshold.ts';
import { isGated } from './alert-problems.ts';
import { type BurnPair, burnFactor, pairsFor, type Urgency, windowName } from './burn-rate.ts';
import { BAD_EVENTS, BAD_RUNS, RECENT_BAD_RUNS } from './floors.ts';
import { type OwnedSlo, strategyOf } from './model.ts';
import type { SloSeries } from './series.ts';
import { percent } from './text.ts';
import { camelCase, subjectText, titleOf } from './words.ts';

/** Where SLOs are plotted. */
export const SLO_DASHBOARD = 'sightglass-slo';

const panel = (title: string) => ({ uid: SLO_DASHBOARD, panel: title });

/** The alerts of one SLO, of the kind that fits its work. */
export function alertsOf(slo: OwnedSlo, series: SloSeries): readonly Alert[] {
  if (strategyOf(slo.sli) === 'counts') return [broken(slo, series)];
  // What others run is no reason to wake one of us.
  const urgencies: readonly Urgency[] = slo.dependency ? ['ticket'] : ['page', 'ticket'];
  return urgencies
    .filter((urgency) => pairsFor(slo.windowDays, urgency).length > 0)
    .map((urgency) => burning(slo, urgency, series));
}

const BURNING = {
  page: {
    suffix: 'BurnsFast',
    summary: 'so fast that it will be gone in days',
    panel: 'Fast burn',
    // kubernetes-mixin holds its fastest pair as long.
    for: minutes(2),
    keepFiringFor: minutes(15),
  },
  ticket: {
    suffix: 'BurnsSlowly',
    summary: 'so fast that it will not last',
    panel: 'Slow burn',
    for: hours(1),
    keepFiringFor: hours(1),
  },
} as const;

function burning(slo: OwnedSlo, urgency: Urgency, series: SloSeries): Alert {
  const how = BURNING[urgency];
  const pairs = pairsFor(slo.windowDays, urgency);
  return {
    alert: `Slo${camelCase(slo.name)}${how.suffix}`,
    expr: unlessExplained(
      slo,
      series,
      pairs.map((pair) => burns(slo, pair, series)).reduce((either, pair) => promql`${either}\nor\n${pair}`),
      explainedFor(pairs),
    ),
    for: how.for,
    keepFiringFor: how.keepFiringFor,
    severity: urgency === 'page' && slo.pages ? 'critical' : 'warning',
    component: slo.component,
    about: slo.sli.by,
    summary: `The error budget of the SLO "${titleOf(slo)}" burns ${how.summary}.`,
    description: `The budget of ${subjectText(slo.sli.by)} burns {{ $value | humanize }} times faster than it may: ${pairs.map(({ budget, long }) => `${percent(budget)} of it in ${formatDuration(long)}`).join(', or ')}. Promised are ${percent(slo.objective)} in ${slo.windowDays} days.`,
    ...given(slo),
    dashboard: panel(how.panel),
  };
}

/** For how long what an alert explained goes on burning after it: the short window of a pair ends the alert. */
const explainedFor = (pairs: readonly BurnPair[]): Duration => ({
  durationSeconds: Math.max(hours(1).durationSeconds, ...pairs.map(({ short }) => short.durationSeconds)),
});

/** What the SLO says to whoever is told. */
const given = ({ impact, action, runbook }: OwnedSlo) => ({
  ...(impact === undefined ? {} : { impact }),
  ...(action === undefined ? {} : { action }),
  ...(runbook === undefined ? {} : { runbook }),
});

const explaining = ({ explainedBy }: OwnedSlo) => firing(explainedBy);

/**
 * Since when slices are bad for a reason that another alert has told: from its firing on until the first good one. A job whose process is back
 * is still late until it has run, which is no second outage.
 */
export function explainedRecordings(slo: OwnedSlo, series: SloSeries): readonly Recording[] {
  const { sli, name, explainedBy } = slo;
  if (sli.kind !== 'freshness' || explainedBy.length === 0) return [];
  const own = { slo: name };
  const slice = where(series.goodSlice, own);
  return [
    {
      ...series.explained,
      staticLabels: own,
      expr: promql`(0 * ${slice} + 1 and on (${list(sli.limitBy)}) ${explaining(slo)})
        or on (${list(sli.by)})
        (last_over_time(${where(series.explained, own)}[${minutes(15)}] offset ${EARLIER}) and on (${list(sli.by)}) ${slice} == ${0})`,
    },
  ];
}

/** Before this very evaluation. */
const EARLIER: Duration = { durationSeconds: 0.001 };

/** Without subjects of whom another alert has already said why the budget burns, now or shortly before. */
function unlessExplained(slo: OwnedSlo, series: SloSeries, burning: Query, within: Duration): Query {
  const { sli, explainedBy, name } = slo;
  if (explainedBy.length === 0) return burning;
  const explained = sli.kind === 'freshness' ? where(series.explained, { slo: name }) : explaining(slo);
  return promql`(
      ${burning}
    )
    unless on (${list(sli.by)})
    max_over_time(${explained}[${within}])`;
}

/** One pair of windows: the long one says that it matters, the short one that it goes on. */
function burns(slo: OwnedSlo, pair: BurnPair, series: SloSeries): Query {
  const { windowDays, objective, sli } = slo;
  const own = { slo: slo.name };
  const [long, short] = [windowName(pair.long), windowName(pair.short)];
  const factor = threshold(
    '',
    burnFactor(pair, windowDays),
    `${percent(pair.budget)} of ${windowDays} days in ${long}.`,
  );
  const both = promql`${where(series.burnRate[long]!, own)} > ${factor}
    and on (${list(sli.by)})
    ${where(series.burnRate[short]!, own)} > ${factor}`;
  const gated =
    'eventsPerHour' in sli && isGated(pair, { windowDays, objective, eventsPerHour: sli.eventsPerHour });
  if (!gated) return promql`(${both})`;
  return promql`(${both}
    and on (${list(sli.by)})
    ${where(series.badIn[long]!, own)} >= ${BAD_EVENTS})`;
}

/** Rare runs: the budget is spent, by more than one run, and somebody has just added to it. */
function broken(slo: OwnedSlo, series: SloSeries): Alert {
  const own = { slo: slo.name };
  const on = list(slo.sli.by);
  return {
    alert: `Slo${camelCase(slo.name)}Broken`,
    expr: unlessExplained(
      slo,
      series,
      promql`${where(series.remaining, own)} < ${0}
        and on (${on})
        ${where(series.bad, own)} >= ${BAD_RUNS}
        and on (${on})
        ${where(series.badIn['1d']!, own)} >= ${RECENT_BAD_RUNS}`,
      hours(1),
    ),
    for: minutes(5),
    keepFiringFor: minutes(15),
    severity: 'warning',
    component: slo.component,
    about: slo.sli.by,
    summary: `The promise of the SLO "${titleOf(slo)}" is broken, and runs go on being bad.`,
    description: `The error budget of ${subjectText(slo.sli.by)} is overdrawn: {{ $value | humanizePercentage }} of it is left, and the last day added to it. Promised are ${percent(slo.objective)} of the runs in ${slo.windowDays} days${slo.objectivePerSubject === undefined ? '' : ', or what the job declares'}.`,
    ...given(slo),
    dashboard: panel('Rare runs'),
  };
}
