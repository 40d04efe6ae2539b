import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkPlacement,
  TimeOptionBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type Alert, up } from '@sightglass/rules';
import { annotation, firingAlerts } from './annotations.ts';
import type { DashboardContext } from './context.ts';
import { firingTable, panelsOf } from './first-row.ts';
import { flow } from './layout.ts';
import { dashboardLink } from './links.ts';
import type { DashboardJson } from './model.ts';
import { panel } from './panel.ts';
import type { DashboardSpec } from './spec.ts';
import {
  computedVariable,
  databaseVariable,
  datasourceVariable,
  labelVariable,
  scopeVariables,
} from './variables.ts';

/** The time ranges that are offered: from what happens now to a week, which is as long as the rules remember what is gone. */
const quickRanges = [
  { display: 'Last 5 minutes', from: 'now-5m' },
  { display: 'Last 15 minutes', from: 'now-15m' },
  { display: 'Last hour', from: 'now-1h' },
  { display: 'Last 6 hours', from: 'now-6h' },
  { display: 'Last 12 hours', from: 'now-12h' },
  { display: 'Last 24 hours', from: 'now-24h' },
  { display: 'Last 2 days', from: 'now-2d' },
  { display: 'Last 7 days', from: 'now-7d' },
].map(({ display, from }) => new TimeOptionBuilder().display(display).from(from).to('now'));

/** What is rendered together with a dashboard, so that links between them can be drawn. */
export interface Together {
  /** Alerts; those that name a panel of the dashboard become links on it. Default: none. */
  readonly alerts?: readonly Alert[];
  /** Dashboards that it may link to. Default: none. */
  readonly dashboards?: readonly DashboardSpec[];
}

/**
 * A dashboard in Grafana's classic model, which every release that is maintained can import and provision. Not editable there: the source is
 * here. Throws when an alert names a panel that the dashboard does not have.
 */
export function dashboard(
  spec: DashboardSpec,
  { alerts: allAlerts = [], dashboards = [] }: Together = {},
  context: DashboardContext = {},
): DashboardJson {
  const alerts = allAlerts.filter(({ dashboard }) => dashboard?.uid === spec.uid);
  const astray = alerts.filter(
    ({ dashboard }) => !panelsOf(spec).some(({ title }) => title === dashboard?.panel),
  );
  if (astray.length > 0) {
    const names = astray.map(({ alert, dashboard }) => `${alert} ("${dashboard?.panel}")`);
    throw new Error(`The dashboard ${spec.uid} lacks the panels of ${names.join(', ')}`);
  }
  const listed = [spec.uid, ...(spec.firing?.of ?? [])];
  const firingHere = allAlerts.filter(({ dashboard }) => dashboard && listed.includes(dashboard.uid));
  const related = spec.related.flatMap((uid) => dashboards.filter((other) => other.uid === uid));
  const annotations = [...spec.annotations, ...(spec.firing ? firingAlerts(spec.firing, firingHere) : [])];
  const labels = spec.variables.map(({ label }) => label);
  const firing = firingTable(spec, firingHere, context);
  const panels = [...(firing ? [firing.panel] : []), ...panelsOf(spec)];
  const places = flow(panels);
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([...spec.tags])
    .timezone('browser')
    .readonly()
    .refresh(spec.refresh ?? '30s')
    .time({ from: spec.from ?? 'now-1h', to: 'now' })
    .timepicker(new TimePickerBuilder().quickRanges(quickRanges))
    .tooltip(DashboardCursorSync.Crosshair)
    .links(related.map((other) => dashboardLink(spec, other, context)))
    .variables([
      datasourceVariable(),
      ...scopeVariables(spec.variables[0]?.of ?? up, labels, context),
      ...spec.variables.map((variable, i) => labelVariable(variable, labels.slice(0, i), context)),
      ...(panels.some(({ sql }) => sql !== undefined) ? [databaseVariable()] : []),
      ...(spec.computed ?? []).map((variable) => computedVariable(variable, labels, context)),
    ])
    .annotations(annotations.map((mark) => annotation(mark, labels, context)));
  panels.forEach((each, i) => {
    const frame = {
      id: i + 1,
      place: places[i]!,
      minInterval: spec.minInterval,
      variables: labels,
      alerts: alerts.filter(({ dashboard }) => dashboard?.panel === each.title),
      ...(firing?.panel === each && { table: firing.table }),
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
