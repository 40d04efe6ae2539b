import type { Alert } from '@sightglass/rules';
import type { DashboardJson } from '../model.ts';
import { dashboardRules } from './dashboard-rules.ts';
import { meaningRules } from './meaning-rules.ts';
import { panelRules } from './panel-rules.ts';
import type { Finding, LintRule } from './rule.ts';
import { targetRules } from './target-rules.ts';
import { templateRules } from './template-rules.ts';

/** What lint knows of a dashboard besides its JSON. Everything is optional, and empty by default. */
export interface LintOptions {
  /** Findings that are accepted. Those for other dashboards are left aside. */
  readonly exclusions?: readonly Exclusion[];
  /** The alerts that may link to a panel of the dashboard. */
  readonly alerts?: readonly Alert[];
  /** Names of gauges that end as those of counters do, such as `db_client_connection_count`. */
  readonly gauges?: ReadonlySet<string>;
  /** What other checks found on it, for which exclusions hold too. */
  readonly found?: readonly Finding[];
}

/** Every rule: those of Grafana's dashboard-linter but for the two about Loki, those that make a file safe to provision, and those that hold what is shown
 * against what is computed. */
export const lintRules = ({ alerts = [], gauges = new Set() }: LintOptions = {}): readonly LintRule[] => [
  ...templateRules,
  ...panelRules,
  ...targetRules(gauges),
  ...dashboardRules(alerts),
  ...meaningRules,
];

/** A finding that is accepted, and why. Without a panel it holds for the whole dashboard. */
export interface Exclusion {
  readonly rule: string;
  readonly dashboard: string;
  readonly panel?: string;
  readonly reason: string;
}

/** The exclusions of a dashboard whose series come from no target of their own: it has no drop-downs "Job" and "Instance", and no query reads them. */
export const withoutTargets = (dashboard: string, reason: string): Exclusion[] =>
  ['template-job', 'template-instance', 'target-job', 'target-instance'].map((rule) => ({
    rule,
    dashboard,
    reason,
  }));

/**
 * What is wrong with a dashboard's JSON; and each exclusion for it that excludes nothing, because it hides the next mistake.
 *
 * @example
 * lint(JSON.parse(json), { alerts: myAlerts }).map(({ panel, message }) => `${panel}: ${message}`);
 */
export function lint(dashboard: DashboardJson, options: LintOptions = {}): Finding[] {
  const { exclusions = [] } = options;
  const findings = [...lintRules(options).flatMap((rule) => rule.check(dashboard)), ...(options.found ?? [])];
  const excludes =
    ({ rule, panel }: Exclusion) =>
    (finding: Finding) =>
      finding.rule === rule && (panel === undefined || finding.panel === panel);
  const ours = exclusions.filter(({ dashboard: uid }) => uid === dashboard.uid);
  const idle = ours
    .filter((exclusion) => !findings.some(excludes(exclusion)))
    .map(({ rule, panel }) => ({
      rule,
      dashboard: dashboard.uid ?? '',
      ...(panel === undefined ? {} : { panel }),
      message: 'is excluded but finds nothing',
    }));
  return [...findings.filter((finding) => !ours.some((exclusion) => excludes(exclusion)(finding))), ...idle];
}
