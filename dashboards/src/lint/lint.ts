import type { Alert } from '@sightglass/rules';
import { alerts as shippedAlerts } from '../alerts.ts';
import type { DashboardJson } from '../model.ts';
import { alertsShown } from './alert-rules.ts';
import { dashboardRules } from './dashboard-rules.ts';
import { panelRules } from './panel-rules.ts';
import type { Finding, LintRule } from './rule.ts';
import { targetRules } from './target-rules.ts';
import { templateRules } from './template-rules.ts';

/** Every rule for dashboards that these alerts (default: the shipped ones) may link to: those of Grafana's dashboard-linter but for the two about Loki, and those that make a file safe to provision. */
export const lintRules = (alerts: readonly Alert[] = shippedAlerts): readonly LintRule[] => [
  ...templateRules,
  ...panelRules,
  ...targetRules,
  ...dashboardRules,
  alertsShown(alerts),
];

/** A finding that is accepted, and why. Without a panel it holds for the whole dashboard. */
export interface Exclusion {
  readonly rule: string;
  readonly dashboard: string;
  readonly panel?: string;
  readonly reason: string;
}

/** What is wrong with a dashboard's JSON, given the alerts that may link to it; and each exclusion for it that excludes nothing, because it hides the next mistake. */
export function lint(
  dashboard: DashboardJson,
  exclusions: readonly Exclusion[] = [],
  alerts: readonly Alert[] = shippedAlerts,
): Finding[] {
  const findings = lintRules(alerts).flatMap((rule) => rule.check(dashboard));
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
