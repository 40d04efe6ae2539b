import { DeclarationError } from '@sightglass/core';
import type { Recording } from '../model/rule.ts';
import { type Duration, days, hours } from '../promql/duration.ts';
import { larger, list, type Part, promql, type Query, type RecordedSeries } from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import { copyOf, kept } from '../remembered/index.ts';
import { anomalyHistory, anomalySensitivity, anomalySpreadFloor } from './thresholds.ts';

/*
 * How unusual the hour is that ends now, as a score: how many spreads it lies above what is expected. Three methods differ in what they expect, and in how they tell the spread;
 * all read hourly copies, 336 samples of a series for two weeks, so that a rule that is evaluated every minute reads no long window of raw samples. The hour itself is left out of
 * what it is compared with. All windows end within the 15 days that Prometheus keeps unless told otherwise.
 */

/**
 * - `z`: mean and standard deviation of two weeks (GitLab, "How to use Prometheus for anomaly detection", 2019: `z = (x - avg_1w) / stddev_1w`, for what varies normally; elementary's
 *   test of volume anomalies: 14 days). Corrected as that needs: the hour itself excluded, a minimum of history, a floor under the spread.
 * - `robust`: their median, and the median of how far hours lay from it (MAD; Grafana's promql-anomaly-detection, "robust" strategy). What was odd once or twice is not learned.
 * - `seasonal`: the same hour a week ago, and by how much hours of the last week were more than the same hours of the week before (GitLab's seasonal prediction; for one hour instead of
 *   four, so that what happens at a fixed hour is expected then, and growth as the median of such differences instead of one of means, so that an odd hour or day is not taken for it). The spread is how far such predictions were off during the last week (median).
 */
export const ANOMALY_METHODS = ['z', 'robust', 'seasonal'] as const;
export type AnomalyMethod = (typeof ANOMALY_METHODS)[number];

/** What {@link anomalyRules} takes. */
export interface AnomalyOptions {
  /** The name of what is watched between the level and the operation of recorded series, such as `http_server_requests`. */
  readonly metric: string;
  /** The labels that tell one series from another; those of `hour`. */
  readonly by: readonly string[];
  /**
   * What it was over the hour that ends now, one series for each thing: `avg_over_time(x[1h])` of a gauge, `grownIn(total, hours(1))` of what is counted.
   */
  readonly hour: Query;
  /** Whether it is a number of events: they scatter by their square root by themselves, which a few of them an hour must not make unusual (Poisson). Default false. */
  readonly counts?: boolean;
  /** How small the spread is taken to be at least, in the unit of what is watched. Default 0: what was always 0 is never judged. */
  readonly leastSpread?: number;
  /** Default: all three. Each costs three to five recorded series for each thing. */
  readonly methods?: readonly AnomalyMethod[];
  /** Spreads beyond which an hour is unusual. Default: {@link anomalySensitivity}. */
  readonly sensitivity?: Threshold;
  /**
   * How many weeks the seasonal method looks back: the median of that many predictions, so that an odd week is not expected again. 3 (GitLab's) needs a Prometheus that keeps
   * 29 days. Default 1.
   */
  readonly weeks?: 1 | 2 | 3;
}

/** What tells whether an hour is unusual. */
export interface AnomalyRules {
  /** All of it in the order in which it is read, for the `recordings` of a mixin. */
  readonly recordings: readonly Recording[];
  /** What it was over the hour that ends now. */
  readonly hour: Recording;
  /** What each method expects; absent where too little is known. */
  expected(method: AnomalyMethod): RecordedSeries;
  /** How far an hour usually lies from there. */
  spread(method: AnomalyMethod): RecordedSeries;
  /** How many spreads the hour lies above what is expected, or with a minus below it. */
  score(method: AnomalyMethod): RecordedSeries;
  /** Scores beyond the sensitivity, up or down: the expression of an alert, a warning at most. */
  unusual(method: AnomalyMethod): Query;
}

const TRAINING = days(14);
const WEEK = days(7);
const HOUR = hours(1);

/** MAD of a normal distribution times this is its standard deviation. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * The recordings that tell how unusual each hour of a metric is, and the expression of an alert on it. Throws a `DeclarationError` that lists everything wrong.
 * @example
 * const orders = anomalyRules({ metric: 'shop_orders', by: ['shop'], hour: promql`sum by (shop) (increase(${ordersTotal}[1h]))`, counts: true });
 * defineMixin({ name: 'shop', recordings: orders.recordings, alerts: [alert('ShopOrdersUnusual', { expr: orders.unusual('seasonal'), … })] });
 */
export function anomalyRules(options: AnomalyOptions): AnomalyRules {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new DeclarationError('The rules of an anomaly', problems);
  const { metric, by, methods = ANOMALY_METHODS, sensitivity = anomalySensitivity, weeks = 1 } = options;
  const level = by.join('_');
  const on = promql`on (${list(by)})`;
  const series = (operation: string): RecordedSeries => ({
    record: `${level}:${metric}:${operation}`,
    labels: by,
  });
  const recording = (operation: string, expr: Query): Recording => ({ ...series(operation), expr });
  const expected = (method: AnomalyMethod) => series(`${method}_expected`);
  const spread = (method: AnomalyMethod) => series(`${method}_spread`);
  const score = (method: AnomalyMethod) => series(`${method}_score`);

  const hour = kept(recording('hour', options.hour));
  /** What there was of a kept series in a window before the present hour, where enough of it is known. */
  const past = (over: Query, of: RecordedSeries, window: Duration): Query => {
    const before = promql`${copyOf(of)}[${window}] offset ${HOUR}`;
    const hoursIn = window.durationSeconds / HOUR.durationSeconds;
    return promql`${over}${before}) and ${on} (count_over_time(${before}) >= ${anomalyHistory} * ${hoursIn})`;
  };
  const mean = promql`avg_over_time(`;
  const median = promql`quantile_over_time(${0.5}, `;

  /** The smallest that a spread is taken to be: a share of what is expected, or of the mean where that is more, and what chance does to a number of events. */
  const floorOf = (method: AnomalyMethod, level: Part): readonly [Recording, ...Recording[]] => {
    const { counts = false, leastSpread = 0 } = options;
    const share = promql`${anomalySpreadFloor} * abs(${level})`;
    const least = leastSpread > 0 ? promql`clamp_min(${share}, ${leastSpread})` : share;
    const floor = recording(`${method}_floor`, least);
    if (!counts) return [floor];
    const chance = recording(`${method}_chance`, promql`sqrt(clamp_min(abs(${expected(method)}), ${1}))`);
    return [{ ...floor, expr: larger(by, promql`(${least})`, chance) }, chance];
  };
  /** A spread, no smaller than its floor; absent where nothing is known of it. */
  const spreadOf = (method: AnomalyMethod, usual: RecordedSeries, level: Part): readonly Recording[] => {
    const [floor, ...others] = floorOf(method, level);
    return [
      ...others,
      floor,
      { ...spread(method), expr: promql`${larger(by, usual, floor)} and ${on} ${usual}` },
    ];
  };
  const scored = (method: AnomalyMethod): Recording => ({
    ...score(method),
    expr: promql`(${hour} - ${on} ${expected(method)}) / ${on} (${spread(method)} > ${0})`,
  });
  /** Of a method whose spread is how far hours usually lie from what it expects. `level` is what the floor is a share of. */
  const byDistance = (method: 'robust' | 'seasonal', expects: Query, window: Duration, level: Part) => {
    const distance = kept(recording(`${method}_distance`, promql`abs(${hour} - ${on} ${expected(method)})`));
    const usual = recording(
      `${method}_deviation`,
      promql`${MAD_TO_DEVIATION} * (${past(median, distance, window)})`,
    );
    return [
      { ...expected(method), expr: expects },
      distance,
      usual,
      ...spreadOf(method, usual, level),
      scored(method),
    ];
  };

  const deviation = series('z_deviation');
  const weekMean = recording('mean_7d', past(mean, hour, WEEK));
  const difference = kept(recording('week_difference', promql`${hour} - ${on} ${hour} offset ${WEEK}`));
  const growth = recording('growth_7d', past(median, difference, WEEK));
  const weeksAgo = (count: number): Query =>
    promql`${hour} offset ${days(7 * count)} + ${on} ${count === 1 ? growth : promql`${count} * ${growth}`}`;
  const predictions = Array.from({ length: weeks }, (_, i) => weeksAgo(i + 1));
  const [first, ...others] = predictions as [Query, ...Query[]];
  const prediction =
    weeks === 1
      ? first
      : promql`quantile by (${list(by)}) (${0.5}, ${others.reduce(
          (all, each, i) => promql`${all} or label_replace(${each}, "week", "${i + 2}", "", "")`,
          promql`label_replace(${first}, "week", "1", "", "")`,
        )})`;

  // An hour in which little is expected is not judged more finely than a share of what hours are on average.
  const largest = larger(by, promql`abs(${expected('seasonal')})`, promql`abs(${weekMean})`);

  const ofMethod: { readonly [method in AnomalyMethod]: readonly Recording[] } = {
    z: [
      { ...expected('z'), expr: past(mean, hour, TRAINING) },
      { ...deviation, expr: past(promql`stddev_over_time(`, hour, TRAINING) },
      ...spreadOf('z', deviation, expected('z')),
      scored('z'),
    ],
    robust: byDistance('robust', past(median, hour, TRAINING), TRAINING, expected('robust')),
    seasonal: [weekMean, difference, growth, ...byDistance('seasonal', prediction, WEEK, largest)],
  };
  return {
    recordings: [
      hour,
      ...ANOMALY_METHODS.filter((each) => methods.includes(each)).flatMap((each) => ofMethod[each]),
    ],
    hour,
    expected,
    spread,
    score,
    unusual: (method) => promql`${score(method)} and ${on} (abs(${score(method)}) > ${sensitivity})`,
  };
}

function problemsOf(options: AnomalyOptions): string[] {
  if (typeof options !== 'object' || options === null)
    return ['they need an object with metric, by and hour'];
  const { metric, by, hour, methods = ANOMALY_METHODS, leastSpread = 0, weeks = 1 } = options;
  const problems: string[] = [];
  if (typeof metric !== 'string' || !/^[a-z][a-z0-9_]*$/.test(metric))
    problems.push('metric must be a name in lower case, such as http_server_requests');
  if (
    !Array.isArray(by) ||
    by.length === 0 ||
    !by.every((label) => typeof label === 'string' && label !== '')
  )
    problems.push('by must list the labels of hour, one at least');
  if (!Array.isArray((hour as Query | undefined)?.text))
    problems.push('hour must be an expression: promql`…`');
  if (
    !Array.isArray(methods) ||
    methods.length === 0 ||
    !methods.every((each) => ANOMALY_METHODS.includes(each))
  )
    problems.push(`methods must list some of ${ANOMALY_METHODS.join(', ')}`);
  if (typeof leastSpread !== 'number' || !(leastSpread >= 0 && leastSpread < Infinity))
    problems.push('leastSpread must be a number of at least 0');
  if (![1, 2, 3].includes(weeks)) problems.push('weeks must be 1, 2 or 3');
  return problems;
}
