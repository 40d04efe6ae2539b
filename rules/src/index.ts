export {
  type AlertmanagerContext,
  type AlertmanagerFile,
  inhibitions,
  type Receiver,
  type RoutingOptions,
  receiversFor,
  renderAlertmanager,
  renderAlertmanagerFiles,
  route,
} from './alertmanager/index.ts';
export { aliasesGroup } from './aliases/index.ts';
export { declaredMetrics, recordings, shippedCatalog } from './catalog.ts';
export {
  type Catalog,
  type CatalogEntry,
  type CatalogSources,
  type CheckOptions,
  catalogOf,
  checkQuery,
  fillVariables,
  labelsIn,
  metricsIn,
  type Problem,
  type Purpose,
  problemText,
} from './check/index.ts';
export { type Duration, days, formatDuration, hours, minutes, seconds } from './duration.ts';
export * from './external.ts';
export * as jobs from './groups/jobs/index.ts';
export * as offload from './groups/offload/index.ts';
export * as sync from './groups/sync/index.ts';
export * as telemetry from './groups/telemetry.ts';
export { type OpenSloDocument, type OpenSloFile, openSloFiles, renderOpenSlo } from './openslo/index.ts';
export { type ChosenPresets, type Preset, presets } from './presets/index.ts';
export {
  asSeconds,
  bucketOf,
  countOf,
  type ExternalMetric,
  type MetricReference,
  type Part,
  promql,
  type Query,
  type RecordedSeries,
  type RenderContext,
  raw,
  renderQuery,
  sumOf,
  where,
} from './promql.ts';
export {
  type BuiltFile,
  type BuiltRule,
  build as buildRules,
  DEFAULT_DASHBOARD_BASE_URL,
  DEFAULT_RUNBOOK_BASE_URL,
  RenderError,
  type RenderedFile,
  type RulesContext,
  renderRules,
  runbookUrl,
} from './render/index.ts';
export { type Alert, isAlert, type Recording, type Rule, type RuleGroup, type Severity } from './rule.ts';
export type { RuleFile } from './rule-file.ts';
export { type RuleFileOptions, ruleFiles } from './rule-files.ts';
export * as slo from './slo/index.ts';
export { type Threshold, type ThresholdOverrides, threshold, thresholdValue } from './threshold.ts';
export * as thresholds from './thresholds.ts';
