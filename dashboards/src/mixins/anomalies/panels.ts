import { type AnomalyRules, anomalies, promql } from '@sightglass/rules';
import { howMany } from '../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../engine/spec.ts';
import type { State } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { rowsAndBands } from '../../engine/things.ts';

/*
 * What is unusual: a row for each number that runs give, and the hours of what comes in beside what was expected.
 */

const BY = ['statistic', 'kind'] as const;
const ON = promql`on (statistic, kind)`;

const of = promql`${anomalies.sensitivity}`;
const beyond = promql`(abs(${anomalies.score}) > ${ON} ${anomalies.sensitivity})`;
const paused = promql`(${anomalies.enabled} == 0)`;

/** What the last run of a statistic is, the worst first. */
const states: readonly State[] = [
  { name: 'paused', color: 'yellow', query: paused },
  { name: 'unusual', color: 'yellow', query: beyond },
  // Fewer runs are known than it takes.
  { name: 'learning', color: 'blue', query: promql`(${anomalies.judged} == 0)` },
  { name: 'usual', color: 'green', query: promql`(${anomalies.judged} == 1)` },
  { name: 'no run', color: 'blue', query: of },
];

/** How many runs are unusual: for the first row of a dashboard on data. */
export const unusualRuns: NumberSpec = howMany({
  title: 'Unusual runs',
  description:
    'Numbers of which the last run gave what earlier ones did not, but for those that somebody paused. Should be none.',
  wrong: promql`${beyond} unless ${ON} ${paused}`,
  of,
  state: 'unusual',
  color: 'yellow',
});

/** Each number that runs give, and since when it is what it is. */
export const [runsTable, runsTimeline] = rowsAndBands({
  noun: 'number that runs give',
  title: 'Runs',
  by: BY,
  legend: '{{statistic}} {{kind}}',
  states,
  described:
    'what the last run gave, and what earlier ones did on average; how many spreads it lies from there, and as a share of what is unusual; and how long ago it ran. A volume is in the unit in which it is recorded, a duration in seconds.',
  heights: [8, 5],
  columns: [
    { query: promql`${anomalies.lastValue}`, legend: 'Last', unit: unit.count },
    { query: promql`${anomalies.trainingMean}`, legend: 'Usual', unit: unit.count },
    { query: promql`${anomalies.score}`, legend: 'Spreads away', unit: unit.count },
    {
      query: promql`abs(${anomalies.score}) / ${ON} (${anomalies.sensitivity} > 0)`,
      legend: 'Of unusual',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`time() - ${anomalies.lastRun}`, legend: 'Last run' },
  ],
});

/** An hour beside what was expected, and the band outside of which it is unusual. */
function hours(title: string, what: string, label: string, rules: AnomalyRules): PanelSpec {
  const on = promql`on (${{ raw: label }})`;
  const most = promql`topk(4, ${rules.hour})`;
  const expected = rules.expected('seasonal');
  const width = promql`${anomalies.anomalySensitivity} * ${rules.spread('seasonal')}`;
  const legend = `{{${label}}}`;
  return {
    title,
    description: `${what}, of the four with most: the hour that ends at each time, what was expected by the same hour a week ago, and the red lines beyond which it is unusual; on the right axis, how many spreads it is away. Without a line for what is expected, less than two weeks are known.`,
    type: 'timeseries',
    unit: unit.count,
    width: 12,
    height: 9,
    queries: [
      { query: most, legend },
      { query: promql`${expected} and ${on} ${most}`, legend: `${legend} expected`, color: 'blue' },
      {
        query: promql`${expected} + ${on} ${width} and ${on} ${most}`,
        legend: `${legend} unusually many`,
        color: 'red',
        limit: true,
      },
      {
        query: promql`clamp_min(${expected} - ${on} ${width}, 0) and ${on} ${most}`,
        legend: `${legend} unusually few`,
        color: 'red',
        limit: true,
      },
      {
        query: promql`${rules.score('seasonal')} and ${on} ${most}`,
        legend: `${legend} spreads away`,
        rightAxis: unit.count,
        line: anomalies.anomalySensitivity,
      },
    ],
  };
}

export const requests = hours('Requests', 'Requests to services in an hour', 'job', anomalies.requests);
export const intake = hours('Items Enqueued', 'Items put into queues in an hour', 'queue', anomalies.intake);
