import type { Check } from '../problem.ts';
import { condition, fragile } from './alerts.ts';
import { quantile, unguardedDivision } from './arithmetic.ts';
import { rateOfGauge, rateOfSum, rawCounterCompared } from './counters.ts';
import { groupingLabel, matchingLabel } from './labels.ts';
import { mismatch } from './measures.ts';
import { closedValue, unknownLabel, unknownMetric } from './names.ts';
import { compatibility, ranges, syntax } from './syntax.ts';
import { beyondRetention, shortWindow } from './windows.ts';

/** Everything that an expression is held to. */
export const checks: readonly Check[] = [
  syntax,
  ranges,
  compatibility,
  unknownMetric,
  unknownLabel,
  closedValue,
  groupingLabel,
  matchingLabel,
  rateOfGauge,
  rateOfSum,
  rawCounterCompared,
  shortWindow,
  beyondRetention,
  quantile,
  unguardedDivision,
  mismatch,
  condition,
  fragile,
];
