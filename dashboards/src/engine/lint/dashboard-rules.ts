import { type Alert, metricsIn, metricsToldIn, renderQuery } from '@sightglass/rules';
import { COLUMNS } from '../layout.ts';
import type { PanelJson } from '../model.ts';
import { substitute, variableValues } from '../queries.ts';
import { isTemplated } from './panel-rules.ts';
import { type LintRule, onDashboard } from './rule.ts';

const LONGEST_UID = 40;

/**
 * Every series that an alert compares is on the panel that the alert links to, so that whoever follows the link sees what fired. What only holds it back need not be, nor what only
 * brings labels to it: an `:info` is 1 whatever happens.
 */
const alertsShown = (alerts: readonly Alert[]): LintRule =>
  onDashboard('alert-on-panel', (dashboard) =>
    alerts
      .filter((alert) => alert.dashboard !== undefined && alert.dashboard.uid === dashboard.uid)
      .flatMap(({ alert, expr, dashboard: shownOn }) => {
        const title = shownOn?.panel;
        const panel = dashboard.panels?.find((each) => each.title === title);
        if (!panel) return [`${alert} links to a panel "${title}" that does not exist`];
        const shown = new Set(
          (panel.targets ?? []).flatMap((target) =>
            metricsIn(substitute(target.expr ?? '', variableValues(dashboard))),
          ),
        );
        return metricsToldIn(renderQuery(expr))
          .filter((series) => series !== 'ALERTS' && !series.endsWith(':info') && !shown.has(series))
          .map((series) => `${alert} compares ${series}, which "${title}" does not show`);
      }),
  );

/** Rules on a dashboard as a file that Grafana imports and provisions, and that these alerts may link to. */
export const dashboardRules = (alerts: readonly Alert[]): readonly LintRule[] => [
  onDashboard('uneditable-dashboard', ({ editable }) =>
    editable === false ? [] : ['the dashboard is editable: changes in Grafana would drift from the source'],
  ),
  onDashboard('dashboard-model', (dashboard) => [
    ...('dashboard' in dashboard
      ? ['the model is wrapped in "dashboard": file provisioning rejects it']
      : []),
    ...('__inputs' in dashboard
      ? ['"__inputs" is resolved by the import dialog only, not by provisioning']
      : []),
    ...(dashboard.id == null ? [] : ['"id" belongs to one Grafana']),
    ...(dashboard.title ? [] : ['there is no title']),
    ...(dashboard.schemaVersion === undefined ? ['there is no schemaVersion'] : []),
  ]),
  onDashboard('dashboard-uid', ({ uid }) =>
    uid !== undefined && /^[a-zA-Z0-9_-]+$/.test(uid) && uid.length <= LONGEST_UID
      ? []
      : [`the uid "${uid}" is not 1 to ${LONGEST_UID} letters, digits, - or _`],
  ),
  onDashboard('panel-ids', ({ panels = [] }) => {
    const ids = panels.map(({ id }) => id);
    return ids.some((id) => id === undefined || id < 1) || new Set(ids).size < ids.length
      ? ['every panel needs an id of its own, from 1']
      : [];
  }),
  onDashboard('panel-overlap', ({ panels = [] }) =>
    panels.flatMap((panel, i) => {
      const place = panel.gridPos;
      if (!place || place.x < 0 || place.w < 1 || place.h < 1 || place.x + place.w > COLUMNS)
        return [`"${panel.title}" does not lie on the grid`];
      return panels
        .slice(i + 1)
        .filter((other) => overlap(panel, other))
        .map((other) => `"${panel.title}" and "${other.title}" overlap`);
    }),
  ),
  onDashboard('datasource-everywhere', ({ templating, annotations }) =>
    [...(templating?.list ?? []).filter(({ type }) => type === 'query'), ...(annotations?.list ?? [])]
      .filter(({ datasource }) => !isTemplated(datasource))
      .map(({ name }) => `"${name}" does not use \${datasource}`),
  ),
  alertsShown(alerts),
];

function overlap({ gridPos: a }: PanelJson, { gridPos: b }: PanelJson): boolean {
  return !!a && !!b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
