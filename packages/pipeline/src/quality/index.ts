export {
  EXPECTATION_SEVERITIES,
  type ExpectationSeverity,
  type FailedExpectation,
  type KeptCheck,
  type QualityCheck,
  type QualityCheckResult,
  recordQualityCheck,
} from './check.ts';
export { type Dataset, declareDataset } from './declare.ts';
export { type Newest, type NewestReader, type TrackFreshnessOptions, trackFreshness } from './freshness.ts';
export {
  type KeepQualityChecksOptions,
  keepQualityChecks,
  type QueryPort,
  qualityChecksTable,
} from './kept-checks.ts';
export type { Bounds, DatasetOptions } from './options.ts';
export {
  type CompletenessResult,
  recordCompleteness,
  recordSchema,
  recordValueRange,
  recordVolume,
  type SchemaResult,
  type ValueRangeResult,
  type VolumeResult,
} from './record.ts';
export { type RetiredDataset, retireDataset } from './retire.ts';
