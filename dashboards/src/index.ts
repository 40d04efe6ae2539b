export type { DashboardContext } from './context.ts';
export { dashboard } from './dashboard.ts';
export { type Exclusion, lint, lintRules } from './lint/lint.ts';
export type { Finding, LintRule } from './lint/rule.ts';
export type { DashboardJson } from './model.ts';
export {
  type PanelQueryText,
  panelQueries,
  substitute,
  type VariableValues,
  variableValues,
} from './queries.ts';
export { dashboards, type RenderedDashboard, renderDashboards } from './render.ts';
export type {
  AnnotationSpec,
  ComputedVariable,
  DashboardSpec,
  LabelVariable,
  PanelQuery,
  PanelSpec,
} from './spec.ts';
export { byState, type State } from './states.ts';
export { type Color, type Unit, unit } from './style.ts';
