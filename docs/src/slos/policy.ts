import {
  type Composite,
  isAlert,
  type RecordedSeries,
  type Recording,
  serviceLevels,
  thresholds,
} from '@sightglass/rules';
import { cell, table } from '../markdown.ts';
import { percent, promqlBlock } from './block.ts';

const { slos, composites } = serviceLevels.shippedSlos;
const series = serviceLevels.seriesOf(slos);
const recordings = serviceLevels
  .sloGroups(serviceLevels.shippedSlos)
  .flatMap(({ rules }) => rules.filter((rule): rule is Recording => !isAlert(rule)));

/** A recorded series, what it means, and its expression. */
function recorded({ record }: RecordedSeries, text: string): string {
  const { expr } = recordings.find((recording) => recording.record === record)!;
  return `\`${record}\`: ${text}\n\n${promqlBlock(expr)}`;
}

/** How a budget is computed: for each SLO and subject, over the window of the SLO. */
export const budgetFormulas = (): string =>
  [
    recorded(series.allowed, 'bad events that the objective allows; of runs one at least.'),
    recorded(series.attained, 'the share of events that was good.'),
    recorded(
      series.remaining,
      'what is left of the budget: 1 untouched, 0 spent, below 0 the promise is broken.',
    ),
  ].join('\n');

const levelFrom = (key: string): number =>
  thresholds.thresholds.find(({ thresholdKey }) => thresholdKey === key)!.value as number;

/** The levels of the error-budget policy, each with what is done and who is told. */
export function policyTable(policy = serviceLevels.BUDGET_POLICY): string {
  const [noted, acting] = [levelFrom('slo_noted_policy_level'), levelFrom('slo_acting_policy_level')];
  const told = (level: number) => {
    if (level >= acting) return 'SloErrorBudgetSpent, a warning';
    return level >= noted ? 'SloErrorBudgetShrinking, noted only' : 'nobody';
  };
  const rest = (level: number) => {
    const { from } = policy[level]!;
    const below = policy[level - 1]?.from;
    if (below === undefined) return `${percent(from)} or more`;
    return from === Number.NEGATIVE_INFINITY
      ? `below ${percent(below)}`
      : `${percent(from)} or more, below ${percent(below)}`;
  };
  return table(
    ['level', 'budget left', 'name', 'what is done', 'who is told'],
    policy.map(({ name, action }, level) => [String(level), rest(level), name, cell(action), told(level)]),
  );
}

/** The level as a series. */
export const levelFormula = (): string =>
  recorded(series.level, 'the number of the level, 0 the best; of how many lower edges the budget is below.');

/** What a composite is when each of its SLOs gives just what it promises. */
function promised({ method, of }: Composite): number {
  if (method === 'product') return of.reduce((share, each) => share * each.slo.objective, 1);
  const weights = of.reduce((sum, { weight }) => sum + weight, 0);
  return of.reduce((sum, each) => sum + each.weight * each.slo.objective, 0) / weights;
}

/** The composites: what each is made of, by which arithmetic. */
export const compositeSections = (): string => composites.map(compositeSection).join('\n');

function compositeSection(composite: Composite): string {
  const { name, description, method, of } = composite;
  const { expr } = recordings.find(({ staticLabels }) => staticLabels?.composite === name)!;
  const rows = of.map((each) => [
    serviceLevels.titleOf(each.slo),
    percent(each.slo.objective),
    ...(method === 'mean' ? [String(each.weight)] : []),
  ]);
  const head = ['SLO', 'objective', ...(method === 'mean' ? ['weight'] : [])];
  return `### ${serviceLevels.titleOf({ name })}

${description} Were each of them just what it promises, it would be ${percent(promised(composite))}.

${table(head, rows)}
\`${serviceLevels.reliability(composites).record}{composite="${name}"}\`

${promqlBlock(expr)}`;
}

/** What others run and we depend on. */
export const dependencyTable = (): string =>
  table(
    ['dependency SLO', 'objective', 'of', 'owner', 'what it costs us'],
    slos
      .filter(({ dependency }) => dependency)
      .map((each) => [
        serviceLevels.titleOf(each),
        `${percent(each.objective)} of ${each.windowDays} days`,
        each.sli.by.map((label) => `\`${label}\``).join(' and '),
        each.owner,
        cell(each.impact ?? ''),
      ]),
  );
