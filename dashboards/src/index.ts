export { DEFAULT_SCOPE } from '@sightglass/rules';
export { restarts } from './engine/annotations.ts';
export type { DashboardContext } from './engine/context.ts';
export { dashboard, type Together } from './engine/dashboard.ts';
export { type Exclusion, type LintOptions, lint, lintRules, withoutTargets } from './engine/lint/lint.ts';
export type { Finding, LintRule } from './engine/lint/rule.ts';
export { type DashboardMixin, MixinError } from './engine/mixin.ts';
export type { DashboardJson } from './engine/model.ts';
export {
  defineDashboards,
  type OwnDashboard,
  type OwnDashboardsOptions,
  type OwnPanel,
} from './engine/own.ts';
export {
  dashboardExpressions,
  type PanelQueryText,
  type PlacedExpression,
  panelQueries,
  substitute,
  type VariableValues,
  variableValues,
} from './engine/queries.ts';
export type { RenderedDashboard } from './engine/render.ts';
export type {
  AnnotationSpec,
  ComputedVariable,
  DashboardSpec,
  FiringSpec,
  LabelVariable,
  NumberSpec,
  PanelQuery,
  PanelSpec,
} from './engine/spec.ts';
export { byState, type State, worstOf } from './engine/states.ts';
export { type Color, type Unit, unit } from './engine/style.ts';
export { quantile, rateInterval, window, windowVariable } from './engine/window.ts';
export { dashboardMixins } from './mixins/index.ts';
export { dashboardsFor, lintDashboards, renderDashboards } from './render.ts';
