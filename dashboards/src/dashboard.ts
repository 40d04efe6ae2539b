import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkPlacement,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Alert } from '@sightglass/rules';
import { annotation } from './annotations.ts';
import type { DashboardContext } from './context.ts';
import { flow } from './layout.ts';
import { dashboardLink } from './links.ts';
import type { DashboardJson } from './model.ts';
import { panel } from './panel.ts';
import { quickRanges } from './ranges.ts';
import type { DashboardSpec } from './spec.ts';
import { computedVariable, datasourceVariable, labelVariable } from './variables.ts';

/**
 * A dashboard in Grafana's classic model, which every release that is maintained can import and provision. Not editable there: the source is
 * here. Throws when an alert names a panel that the dashboard does not have.
 */
export function dashboard(
  spec: DashboardSpec,
  allAlerts: readonly Alert[],
  context: DashboardContext = {},
): DashboardJson {
  const alerts = allAlerts.filter(({ dashboard: { uid } }) => uid === spec.uid);
  const astray = alerts.filter((alert) => !spec.panels.some(({ title }) => title === alert.dashboard.panel));
  if (astray.length > 0) {
    const names = astray.map(({ alert, dashboard: { panel } }) => `${alert} ("${panel}")`);
    throw new Error(`The dashboard ${spec.uid} lacks the panels of ${names.join(', ')}`);
  }
  const labels = spec.variables.map(({ label }) => label);
  const places = flow(spec.panels);
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([...spec.tags])
    .timezone('browser')
    .readonly()
    .refresh('30s')
    .time({ from: spec.from ?? 'now-1h', to: 'now' })
    .timepicker(new TimePickerBuilder().quickRanges(quickRanges))
    .tooltip(DashboardCursorSync.Crosshair)
    .links(spec.related.map(dashboardLink))
    .variables([
      datasourceVariable(),
      ...spec.variables.map((variable, i) => labelVariable(variable, labels.slice(0, i), context)),
      ...(spec.computed ?? []).map((variable) => computedVariable(variable, labels, context)),
    ])
    .annotations(spec.annotations.map((mark) => annotation(mark, labels, context)));
  spec.panels.forEach((each, i) => {
    const frame = {
      id: i + 1,
      place: places[i]!,
      minInterval: spec.minInterval,
      variables: labels,
      alerts: alerts.filter(({ dashboard: { panel: title } }) => title === each.title),
    };
    builder.withPanel(panel(each, frame, context));
  });
  return plain(builder.build());
}

/** The model as JSON holds it, without what the SDK adds to every link and annotation: it would hide them in a menu. */
const plain = (model: object): DashboardJson =>
  JSON.parse(
    JSON.stringify(model, (key, value) =>
      key === 'placement' && value === DashboardLinkPlacement.InControlsMenu ? undefined : value,
    ),
  );
