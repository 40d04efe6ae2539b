import { type Alert, renderQuery } from '@sightglass/rules';
import type { DashboardJson } from '../model.ts';
import { substitute, variableValues } from '../queries.ts';
import { readExpression } from './expression.ts';
import { type LintRule, onDashboard } from './rule.ts';

const seriesOf = (expr: string): string[] => readExpression(expr).series.map(({ metric }) => metric);

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
            seriesOf(substitute(target.expr ?? '', variableValues(dashboard))),
          ),
        );
        return [...new Set(seriesOf(renderQuery(expr)))]
          .filter((series) => series !== 'ALERTS' && !shown.has(series))
          .map((series) => `${alert} compares ${series}, which "${title}" does not show`);
      }),
  );
