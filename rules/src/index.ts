export { type Duration, days, formatDuration, hours, minutes, seconds } from './duration.ts';
export {
  asSeconds,
  type ExternalMetric,
  type Part,
  promql,
  type Query,
  type RecordedSeries,
  type RenderContext,
  raw,
  renderQuery,
} from './promql.ts';
export { type Alert, isAlert, type Recording, type Rule, type RuleGroup, type Severity } from './rule.ts';
export { type Threshold, type ThresholdOverrides, threshold, thresholdValue } from './threshold.ts';
