export { SLO_DASHBOARD } from './alerts.ts';
export {
  BURN_PAIRS,
  BURN_WINDOWS,
  type BurnPair,
  burnFactor,
  detectionSeconds,
  pairsFor,
  windowName,
} from './burn-rate.ts';
export { type Composite, composite, reliability } from './composite.ts';
export { longestWindow, retentionFor, type SloSet, sloFile, sloGroups } from './groups.ts';
export {
  type Counter,
  type FreshnessSli,
  type LatencySli,
  type OwnedSlo,
  type RatioSli,
  type RunsSli,
  type Sli,
  type Slo,
  type SloOptions,
  type Strategy,
  type Subject,
  strategyOf,
} from './model.ts';
export { BUDGET_POLICY, type BudgetPolicy, levelOf, type PolicyLevel } from './policy.ts';
export { type SloSeries, seriesOf } from './series.ts';
export { slo } from './slo.ts';
export { titleOf } from './words.ts';
