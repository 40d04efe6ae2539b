export {
  type Config,
  DEFAULT_OUT,
  defineConfig,
  type OutFolders,
  type OwnDashboards,
} from './config/config.ts';
export { type Diagnosis, diagnose } from './doctor/diagnose.ts';
export { seriesNames } from './doctor/exposition.ts';
export { alertSubjects, panelSubjects, type Subject } from './doctor/subjects.ts';
export {
  type AlertmanagerContext,
  type AlertmanagerFile,
  type Inhibition,
  type Receiver,
  type Route,
  type RoutingOptions,
  receiversFor,
} from './engine/alertmanager/index.ts';
export {
  ANOMALY_METHODS,
  type AnomalyMethod,
  type AnomalyOptions,
  type AnomalyRules,
  anomalyRules,
} from './engine/anomalies/index.ts';
export {
  type AskedValues,
  type Catalog,
  type CatalogEntry,
  type CatalogSources,
  type CheckOptions,
  catalogOf,
  checkQuery,
  fillVariables,
  labelsIn,
  labelValuesIn,
  type Measure,
  measure,
  measureText,
  metricsIn,
  metricsToldIn,
  type Problem,
  type Purpose,
  problemText,
} from './engine/check/index.ts';
export {
  alertsOf,
  catalogFor,
  incidentsOf,
  inhibitionsOf,
  metricsOf,
  outsideMetricsOf,
  presetsOf,
  type RuleFileOptions,
  recordingsOf,
  ruleFilesOf,
  sloSetOf,
  thresholdsOf,
} from './engine/mixin/folds.ts';
export {
  defineMixin,
  type Identity,
  type Mixin,
  type MixinChoices,
  type MixinGroup,
  type MixinMetric,
  type MixinMetrics,
  type MixinOptions,
  type Owners,
} from './engine/mixin/mixin.ts';
export { type OutsideMetric, type OutsideOptions, outside } from './engine/mixin/outside.ts';
export type { ChosenPresets, Preset } from './engine/mixin/preset.ts';
export { alert, type OwnAlertOptions } from './engine/model/alert.ts';
export * from './engine/model/external.ts';
export {
  type Alert,
  type AlertOptions,
  isAlert,
  type Recording,
  type Rule,
  type RuleFile,
  type RuleGroup,
  type Severity,
} from './engine/model/rule.ts';
export { type Windows, windowsFor } from './engine/model/windows.ts';
export type { OpenSloDocument, OpenSloFile } from './engine/openslo/index.ts';
export { type Duration, days, formatDuration, hours, minutes, seconds } from './engine/promql/duration.ts';
export {
  asSeconds,
  bucketOf,
  countOf,
  type ExternalMetric,
  larger,
  list,
  type MetricReference,
  matching,
  type Part,
  promql,
  type Query,
  type RecordedSeries,
  type RenderContext,
  raw,
  renderQuery,
  sumOf,
  where,
} from './engine/promql/promql.ts';
export {
  overrideProblem,
  type Threshold,
  type ThresholdOverrides,
  threshold,
  thresholdValue,
} from './engine/promql/threshold.ts';

export {
  type AnyCounter,
  type Counting,
  counting,
  grownIn,
  justGrown,
  kept,
  remembered,
  type Thing,
  type ThingOptions,
  type Total,
  type TotalOptions,
  thing,
  type Window,
} from './engine/remembered/index.ts';

export {
  type BuiltFile,
  type BuiltRule,
  DEFAULT_DASHBOARD_BASE_URL,
  DEFAULT_RUNBOOK_BASE_URL,
  RenderError,
  type RenderedFile,
  type RulesContext,
  runbookUrl,
} from './engine/render/index.ts';
export { DEFAULT_SCOPE, renderScoped, type ScopeOptions, scopeOf, withScope } from './engine/scope/scope.ts';
export {
  type BudgetPolicy,
  type BurnPair,
  type Composite,
  type FreshnessSli,
  type LatencySli,
  type OwnedSlo,
  type PolicyLevel,
  type RatioSli,
  type RunsSli,
  type Sli,
  type Slo,
  type SloOptions,
  type SloSeries,
  type SloSet,
  type Strategy,
  slo,
} from './engine/slo/index.ts';
export * as anomalies from './mixins/anomalies/index.ts';
export * as collectors from './mixins/collectors/index.ts';
export * as dags from './mixins/dags/index.ts';
export { type DagSloOptions, dagSlo } from './mixins/dags/slos.ts';
export * as database from './mixins/database/index.ts';
export * as datasets from './mixins/datasets/index.ts';
export { type DatasetSloOptions, datasetSlo } from './mixins/datasets/slos.ts';
export * as errors from './mixins/errors/index.ts';
export * as hosts from './mixins/hosts/index.ts';
export * as http from './mixins/http/index.ts';
export { type RouteSloOptions, routeSlo } from './mixins/http/slos.ts';
export * as jobs from './mixins/jobs/index.ts';
export * as offload from './mixins/offload/index.ts';
export * as pipelines from './mixins/pipelines/index.ts';
export * as queues from './mixins/queues/index.ts';
export { type QueueSloOptions, queueSlo } from './mixins/queues/slos.ts';
export * as service from './mixins/service/index.ts';
export * as sync from './mixins/syncs/index.ts';
export * as telemetry from './mixins/telemetry/index.ts';
export {
  buildRules,
  openSloFiles,
  type RoutingContext,
  renderAlertmanager,
  renderAlertmanagerFiles,
  renderOpenSlo,
  renderRules,
  routeFor,
} from './render.ts';
export {
  declaredMetrics,
  inhibitions,
  presets,
  recordings,
  ruleFiles,
  shippedAlerts,
  shippedCatalog,
} from './shipped.ts';
export * as serviceLevels from './slo.ts';
export * as thresholds from './thresholds.ts';
