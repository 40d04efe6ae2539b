import type { SloSet } from './engine/slo/index.ts';
import { shippedSlos as ofAllMixins } from './shipped.ts';

/*
 * Values alone: the types are exports of the package by their own names. A declaration file that is made of several entries turns the types of a namespace into values, which no compiler takes.
 */
export {
  BUDGET_POLICY,
  BURN_PAIRS,
  BURN_WINDOWS,
  burnFactor,
  composite,
  detectionSeconds,
  levelOf,
  longestWindow,
  pairsFor,
  reliability,
  retentionFor,
  SLO_DASHBOARD,
  seriesOf,
  slo,
  sloFile,
  sloGroups,
  strategyOf,
  titleOf,
  windowName,
} from './engine/slo/index.ts';
/** The shipped SLOs, with the component of each. */
export const shippedSlos: SloSet = ofAllMixins;
