import { type DashboardJson, isPromql, type PanelJson, type TargetJson } from '../model.ts';

/** Something that a rule does not accept. */
export interface Finding {
  readonly rule: string;
  readonly dashboard: string;
  /** The panel's title; absent where the finding is the dashboard's. */
  readonly panel?: string;
  readonly message: string;
}

/** One thing that every dashboard must be. */
export interface LintRule {
  readonly name: string;
  check(dashboard: DashboardJson): Finding[];
}

/** A rule on the dashboard as a whole: returns what is wrong, in plain sentences. */
export const onDashboard = (name: string, check: (dashboard: DashboardJson) => string[]): LintRule => ({
  name,
  check: (dashboard) =>
    check(dashboard).map((message) => ({ rule: name, dashboard: dashboard.uid ?? '', message })),
});

/** A rule on each panel. */
export const onPanels = (
  name: string,
  check: (panel: PanelJson, dashboard: DashboardJson) => string[],
): LintRule => ({
  name,
  check: (dashboard) =>
    (dashboard.panels ?? []).flatMap((panel) =>
      check(panel, dashboard).map((message) => ({
        rule: name,
        dashboard: dashboard.uid ?? '',
        panel: panel.title ?? `panel ${panel.id}`,
        message,
      })),
    ),
});

/** A rule on each query of each panel that asks Prometheus. */
export const onTargets = (
  name: string,
  check: (target: TargetJson, panel: PanelJson, dashboard: DashboardJson) => string[],
): LintRule =>
  onPanels(name, (panel, dashboard) =>
    (panel.targets ?? [])
      .filter(isPromql)
      .flatMap((target) =>
        check(target, panel, dashboard).map((message) => `query ${target.refId}: ${message}`),
      ),
  );
