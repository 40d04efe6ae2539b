export {
  ANOMALY_METHODS,
  type AnomalyMethod,
  type AnomalyOptions,
  type AnomalyRules,
  anomalyRules,
} from './rules.ts';
export { anomalyHistory, anomalySensitivity, anomalySpreadFloor } from './thresholds.ts';
