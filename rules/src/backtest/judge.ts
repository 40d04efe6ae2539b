import { anomalyScore, MAD_TO_DEVIATION, type Statistics, statisticsOf } from '@sightglass/pipeline';
import {
  type AnomalyMethod,
  anomalyHistory,
  anomalySensitivity,
  anomalySpreadFloor,
} from '../engine/anomalies/index.ts';

/*
 * What the rules of `engine/anomalies` say, hour by hour over a history that is there already: rules record nothing of the past. The same windows, floors and least history; a test
 * holds that both come to the same figures on every history of `engine/anomalies/histories.support.ts`.
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

/** What a method makes of one hour. */
interface Judged {
  readonly expected: number | undefined;
  /** How far the hour lies from there. */
  readonly distance: number | undefined;
  /** Undefined where the hour is not judged. */
  readonly score: number | undefined;
}
export type Judgement = readonly Judged[];

const WEEK = 168;
const TRAINING = 2 * WEEK;
const HISTORY = anomalyHistory.value as number;
const FLOOR = anomalySpreadFloor.value as number;
export const SENSITIVITY = anomalySensitivity.value as number;

/**
 * What a method makes of each hour up to `to`, by default of all. Before `from` it is what is `known` already, of another history that is the same until then.
 */
export function judge(
  hours: Hours,
  method: AnomalyMethod,
  options: JudgeOptions = {},
  known: Judgement = [],
  from = 0,
  to: number = hours.length,
): Judgement {
  const judged = known.slice(0, from);
  for (let i = from; i < to; i++) judged.push(METHODS[method](hours, i, judged, options));
  return judged;
}

/** Whether an hour is unusual; undefined where it is not judged. */
export const isUnusual = ({ score }: Judged, { sensitivity = SENSITIVITY }: JudgeOptions = {}) =>
  score === undefined ? undefined : Math.abs(score) > sensitivity;

type Method = (hours: Hours, at: number, before: Judgement, options: JudgeOptions) => Judged;

const METHODS: { readonly [method in AnomalyMethod]: Method } = {
  z(hours, at, _, options) {
    const past = pastOf((i) => hours[i], at, TRAINING);
    const expected = past?.mean;
    return verdict(hours[at], expected, past?.standardDeviation, expected, options);
  },
  robust(hours, at, before, options) {
    const past = pastOf((i) => hours[i], at, TRAINING);
    const expected = past?.median;
    return verdict(hours[at], expected, usualDistance(before, at, TRAINING), expected, options);
  },
  seasonal(hours, at, before, options) {
    const past = pastOf((i) => hours[i], at, WEEK);
    const growth = pastOf((i) => differenceOf(hours, i), at, WEEK)?.median;
    const lastWeek = hours[at - WEEK];
    const expected = lastWeek === undefined || growth === undefined ? undefined : lastWeek + growth;
    const level = Math.max(Math.abs(expected ?? 0), Math.abs(past?.mean ?? 0));
    return verdict(hours[at], expected, usualDistance(before, at, WEEK), level, options);
  },
};

/** How much an hour is more than the same hour a week before. */
function differenceOf(hours: Hours, at: number): number | undefined {
  const [now, then] = [hours[at], hours[at - WEEK]];
  return now === undefined || then === undefined ? undefined : now - then;
}

/** Of a window before an hour, where enough of it is known. */
function pastOf(
  valueAt: (i: number) => number | undefined,
  at: number,
  window: number,
): Statistics | undefined {
  const known: number[] = [];
  for (let i = Math.max(0, at - window); i < at; i++) {
    const value = valueAt(i);
    if (value !== undefined) known.push(value);
  }
  return known.length >= HISTORY * window ? statisticsOf(known) : undefined;
}

/** How far hours usually lie from what was expected of them, as a standard deviation. */
function usualDistance(before: Judgement, at: number, window: number): number | undefined {
  const past = pastOf((i) => before[i]?.distance, at, window);
  return past && MAD_TO_DEVIATION * past.median;
}

function verdict(
  hour: number | undefined,
  expected: number | undefined,
  spread: number | undefined,
  level: number | undefined,
  { counts = false, leastSpread = 0 }: JudgeOptions,
): Judged {
  if (hour === undefined || expected === undefined)
    return { expected, distance: undefined, score: undefined };
  const chance = counts ? Math.sqrt(Math.max(Math.abs(expected), 1)) : 0;
  const least = Math.max(FLOOR * Math.abs(level ?? 0), leastSpread, chance);
  const score = spread === undefined ? undefined : anomalyScore(hour, expected, spread, { ratio: 0, least });
  return { expected, distance: Math.abs(hour - expected), score };
}
