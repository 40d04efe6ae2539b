import {
  type Alert,
  isAlert,
  promql,
  type Recording,
  type SloSet,
  serviceLevels,
  where,
} from '@sightglass/rules';
import { cell, table } from '../markdown.ts';
import { arithmetic } from './arithmetic.ts';
import { anchor, percent, promqlBlock } from './block.ts';

type Slo = SloSet['slos'][number];

/** How each kind is judged, in words. */
const JUDGED = {
  counts: 'Each run is counted over the window: runs this rare have no rate.',
  slices: 'Time is cut into slices, one at each evaluation; a slice is good or bad, and adds to the totals.',
  traffic: 'Requests are counted; the budget is a number of requests.',
} as const;

/** All SLOs in one table. */
export const overview = ({ slos }: SloSet): string =>
  table(
    ['SLO', 'promise', 'window', 'error budget', 'alerts', 'owner', 'from'],
    slos.map((each) => [
      `[${serviceLevels.titleOf(each)}](#${anchor(serviceLevels.titleOf(each))})`,
      cell(each.description),
      `${each.windowDays} days`,
      budget(each),
      alertsOf(each).map(alertLink).join(', '),
      each.owner,
      each.source ?? '',
    ]),
  );

function budget({ objective, windowDays, sli }: Slo): string {
  const share = percent(1 - objective);
  if (sli.kind === 'runs') return `${share} of the runs, one at least`;
  if (sli.kind !== 'freshness') return `${share} of the requests`;
  return `${share} of the time: ${Number(((1 - objective) * windowDays * 24).toFixed(1))} h`;
}

/** One SLO: its promise, its indicator as the rules record it, why, and what follows from its numbers. */
export function definition(each: Slo): string {
  const rows = [
    ['objective', objectiveText(each)],
    ['window', windowText(each)],
    ['error budget', budget(each)],
    ['judged', `for each ${each.sli.by.map((label) => `\`${label}\``).join(' and ')} by itself`],
    ['owner', each.owner],
    ['required by', each.source ?? 'nobody'],
    ['dependency', each.dependency ? 'yes: run by others, and nobody is paged for it' : 'no'],
    ['alerts', alertsOf(each).map(alertLink).join(', ')],
  ];
  return `### ${serviceLevels.titleOf(each)}

${each.description}

${table(['', ''], rows)}
**Why.** ${each.rationale}

**Impact.** ${each.impact} **First thing to do.** ${each.action}

**Indicator.** ${JUDGED[serviceLevels.strategyOf(each.sli)]}

${indicator(each).map(recorded).join('\n')}
What was attained, and what is left of the budget:

${promqlBlock(promql`${where(series.attained, { slo: each.name })}`)}
${promqlBlock(promql`${where(series.remaining, { slo: each.name })}`)}
**Arithmetic.**

${arithmetic(each)}`;
}

const { slos } = serviceLevels.shippedSlos;
const series = serviceLevels.seriesOf(slos);

function objectiveText({ objective, objectivePerSubject }: Slo): string {
  const share = percent(objective);
  return objectivePerSubject === undefined
    ? share
    : `${share}, or what the subject declares: \`${objectivePerSubject.record}\``;
}

const windowText = ({ windowDays, sli }: Slo): string =>
  sli.kind === 'runs'
    ? `${windowDays} days, rolling; ${sli.rareWindowDays} for a job with fewer than 20 runs in ${windowDays}`
    : `${windowDays} days, rolling`;

/** What is recorded for this SLO alone, from its metrics up to the events of its window. */
function indicator(each: Slo): readonly Recording[] {
  const shown: readonly string[] = {
    counts: [series.events.record, series.bad.record],
    slices: [series.goodSlice.record, series.events.record, series.bad.record],
    traffic: [
      ...[series.eventsIn['5m']!.record, series.badIn['5m']!.record],
      ...[series.events.record, series.bad.record],
    ],
  }[serviceLevels.strategyOf(each.sli)];
  return serviceLevels
    .sloGroups({ slos: [each], composites: [] })
    .flatMap(({ rules }) => rules.filter((rule): rule is Recording => !isAlert(rule)))
    .filter(({ record }) => shown.includes(record));
}

const recorded = ({ record, expr }: Recording): string => `\`${record}\`\n\n${promqlBlock(expr)}`;

/** Those on all SLOs at once, and on Prometheus itself, stand elsewhere. */
const alertsOf = (each: Slo): readonly Alert[] =>
  serviceLevels
    .sloGroups({ slos: [each], composites: [] })
    .flatMap(({ rules }) => rules.filter(isAlert))
    .filter(({ component }) => component === each.component);

const alertLink = ({ alert, severity, runbook }: Alert): string =>
  `[${alert}](../../rules/runbooks/${runbook}.md#${alert.toLowerCase()}) (${severity})`;
