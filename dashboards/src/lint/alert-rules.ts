import { type Alert, metricsIn, renderQuery } from '@sightglass/rules';
import type { DashboardJson } from '../model.ts';
import { substitute, variableValues } from '../queries.ts';
import { type LintRule, onDashboard } from './rule.ts';

/** Every series that an alert compares is on the panel that the alert links to, so that whoever follows the link sees what fired. */
export const alertsShown = (alerts: readonly Alert[]): LintRule =>
  onDashboard('alert-on-panel', (dashboard: DashboardJson) =>
    alerts
      .filter((alert) => alert.dashboard.uid === dashboard.uid)
      .flatMap(({ alert, expr, dashboard: { panel: title } }) => {
        const panel = dashboard.panels?.find((each) => each.title === title);
        if (!panel) return [`${alert} links to a panel "${title}" that does not exist`];
        const shown = new Set(
          (panel.targets ?? []).flatMap((target) =>
            metricsIn(substitute(target.expr ?? '', variableValues(dashboard))),
          ),
        );
        return metricsIn(renderQuery(expr))
          .filter((series) => series !== 'ALERTS' && !shown.has(series))
          .map((series) => `${alert} compares ${series}, which "${title}" does not show`);
      }),
  );
