import { anomalyScore, MAD_TO_DEVIATION, SPREAD_FLOOR_RATIO, statisticsOf } from '@sightglass/pipeline';
import type { AnomalyMethod } from '../engine/anomalies/index.ts';

/*
 * What the rules of `engine/anomalies` say, hour by hour over a history that is there already: rules record nothing of the past. The same windows, floors and least history; a test
 * holds that both come to the same verdict on each hour of every history of `engine/anomalies/histories.support.ts`.
 */

/** What a metric was in each hour, the oldest first; undefined where nothing is known. */
export type Hours = readonly (number | undefined)[];

export interface JudgeOptions {
  /** Default: what the rules ship with. */
  readonly sensitivity?: number;
  /** Whether it is a number of events. Default false. */
  readonly counts?: boolean;
  readonly leastSpread?: number;
}

const WEEK = 168;
const TRAINING = 2 * WEEK;
/** Of the hours of a window that must be known: `anomaly_history_ratio`. */
const HISTORY_RATIO = 0.6;
/** `anomaly_sensitivity`. */
export const SENSITIVITY = 4;

/** The score of each hour; undefined where it is not judged. */
export function scoresOf(hours: Hours, method: AnomalyMethod, options: JudgeOptions = {}): Hours {
  const judge = { z: byMean, robust: byMedian, seasonal: byLastWeek }[method];
  return judge(hours, options);
}

/** Whether each hour is unusual; undefined where it is not judged. */
export const verdictsOf = (scores: Hours, { sensitivity = SENSITIVITY }: JudgeOptions = {}) =>
  scores.map((score) => (score === undefined ? undefined : Math.abs(score) > sensitivity));

/** What is known of the hours of a window before this one, where that is enough. */
function before(hours: Hours, at: number, window: number): number[] | undefined {
  const known: number[] = [];
  for (let i = Math.max(0, at - window); i < at; i++) if (hours[i] !== undefined) known.push(hours[i]!);
  return known.length >= HISTORY_RATIO * window && known.length > 0 ? known : undefined;
}

function score(
  hour: number | undefined,
  expected: number | undefined,
  spread: number | undefined,
  level: number,
  { counts = false, leastSpread = 0 }: JudgeOptions,
): number | undefined {
  if (hour === undefined || expected === undefined || spread === undefined) return undefined;
  const chance = counts ? Math.sqrt(Math.max(Math.abs(expected), 1)) : 0;
  const share = SPREAD_FLOOR_RATIO * Math.abs(level);
  return anomalyScore(hour, expected, spread, { ratio: 0, least: Math.max(share, leastSpread, chance) });
}

function byMean(hours: Hours, options: JudgeOptions): Hours {
  return hours.map((hour, i) => {
    const past = before(hours, i, TRAINING);
    if (past === undefined) return undefined;
    const { mean, standardDeviation } = statisticsOf(past);
    return score(hour, mean, standardDeviation, mean, options);
  });
}

function byMedian(hours: Hours, options: JudgeOptions): Hours {
  const medians = hours.map((_, i) => {
    const past = before(hours, i, TRAINING);
    return past && statisticsOf(past).median;
  });
  return byDistance(hours, medians, TRAINING, (i) => medians[i], options);
}

function byLastWeek(hours: Hours, options: JudgeOptions): Hours {
  const means = hours.map((_, i) => {
    const past = before(hours, i, WEEK);
    return past && statisticsOf(past).mean;
  });
  const predictions = hours.map((_, i) => {
    const [hour, mean, earlier] = [hours[i - WEEK], means[i], means[i - WEEK]];
    return hour === undefined || mean === undefined || earlier === undefined
      ? undefined
      : hour + mean - earlier;
  });
  const level = (i: number) => Math.max(Math.abs(predictions[i] ?? 0), Math.abs(means[i] ?? 0));
  return byDistance(hours, predictions, WEEK, level, options);
}

/** Scores by how far hours have lain from what was expected of them. */
function byDistance(
  hours: Hours,
  expected: Hours,
  window: number,
  level: (i: number) => number | undefined,
  options: JudgeOptions,
): Hours {
  const distances = hours.map((hour, i) =>
    hour === undefined || expected[i] === undefined ? undefined : Math.abs(hour - expected[i]),
  );
  return hours.map((hour, i) => {
    const past = before(distances, i, window);
    const spread = past && MAD_TO_DEVIATION * statisticsOf(past).median;
    return score(hour, expected[i], spread, level(i) ?? 0, options);
  });
}
