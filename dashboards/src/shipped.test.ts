import { readFileSync } from 'node:fs';
import { checkQuery, metricsIn, problemText, shippedCatalog, slo, thresholds } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { alerts } from './alerts.ts';
import { dashboard } from './dashboard.ts';
import { exclusions } from './lint/exclusions.ts';
import { lint } from './lint/lint.ts';
import type { DashboardJson } from './model.ts';
import { offloadDashboard } from './offload/index.ts';
import { panelQueries, substitute, variableValues } from './queries.ts';
import { dashboards, renderDashboards } from './render.ts';
import { schedulerDashboard } from './scheduler-health/index.ts';
import { sloDashboard } from './slo-tracking/index.ts';
import { systemDashboard } from './system-impact/index.ts';
import { telemetryDashboard } from './telemetry.ts';

const offload = dashboard(offloadDashboard, alerts);
const shipped = dashboards.map((spec) => dashboard(spec, alerts));

const panelOf = (from: DashboardJson, title: string) => from.panels?.find((panel) => panel.title === title);

/** Everything that a dashboard asks Prometheus: panels, annotations, variables. */
function expressions(from: DashboardJson): string[] {
  const values = variableValues(from);
  return [
    ...panelQueries(from).map(({ expr }) => expr),
    ...(from.annotations?.list ?? []).map(({ expr = '' }) => expr),
    ...(from.templating?.list ?? []).flatMap(({ query }) => {
      const asked = /^(?:label_values\((.*), \w+\)|query_result\((.*)\))$/s.exec(String(query));
      return asked ? [asked[1] ?? asked[2] ?? ''] : [];
    }),
  ].map((expr) => substitute(expr, values));
}

test.each(shipped)('$uid passes every lint rule, less what is excluded with a reason', (json) => {
  expect(lint(json, exclusions)).toEqual([]);
  expect(exclusions.every(({ reason }) => reason.length > 50)).toBe(true);
});

test.each(shipped)('$uid asks only for series and labels that exist, and asks well', (json) => {
  const catalog = shippedCatalog();
  const problems = expressions(json).flatMap((expr) => checkQuery(expr, { catalog }).map(problemText));
  expect(problems).toEqual([]);
});

test('the committed files are what is rendered', () => {
  const files = renderDashboards();
  expect(files.map(({ file }) => file)).toEqual([
    'sightglass-offload.json',
    'sightglass-scheduler.json',
    'sightglass-system.json',
    'sightglass-slo.json',
    'sightglass-telemetry.json',
  ]);
  for (const { file, json } of files) {
    expect(readFileSync(new URL(`../grafana/${file}`, import.meta.url), 'utf8')).toBe(json);
  }
});

test('the offload dashboard has the nine panels of the reference system, its refresh, range and tags', () => {
  expect(offload.panels?.map(({ title }) => title)).toEqual([
    'Offload lag',
    'Success rate',
    'Configured tables',
    'Offload rate',
    'Offload duration',
    'Cycle duration',
    'Error rate',
    'Throughput quantiles',
    'Cycle status distribution',
  ]);
  expect(offload).toMatchObject({
    uid: 'sightglass-offload',
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    tags: ['iceberg', 'offload', 'cold-storage', 'generated'],
  });
});

test('Scheduler Health has the thirteen panels of the reference system, its refresh and ranges', () => {
  const scheduler = dashboard(schedulerDashboard, alerts);
  expect(scheduler.panels?.map(({ title }) => title)).toEqual([
    'Scheduler Status',
    'Sync Success Rate (24h)',
    'Last Sync Time',
    'Total Syncs (24h)',
    'Sync Success vs Failures',
    'Sync Duration',
    'Models Updated Per Sync',
    'Last Sync Timestamp Per Provider',
    'Error Count (24h)',
    'Sync Interval Configuration',
    'Manual Trigger Count (24h)',
    'Providers Configured',
    'Error Rate Over Time',
  ]);
  expect(scheduler).toMatchObject({ refresh: '30s', time: { from: 'now-24h', to: 'now' } });
  const { quick_ranges: ranges } = (scheduler as { timepicker?: { quick_ranges?: { from: string }[] } })
    .timepicker!;
  expect([ranges?.at(0)?.from, ranges?.at(-1)?.from]).toEqual(['now-5m', 'now-7d']);
});

test('System Impact has the thirteen panels of the reference system', () => {
  expect(dashboard(systemDashboard, alerts).panels?.map(({ title }) => title)).toEqual([
    'CPU Usage',
    'Memory Usage',
    'Database Query Duration',
    'API Response Time',
    'HTTP Requests Per Second',
    'Database Connection Pool',
    'Sync Impact on CPU',
    'Provider API Response Times',
    'Database Query Errors',
    'Current Resource Usage',
    'Memory (MB)',
    'Active DB Connections',
    'Requests/sec',
  ]);
});

test('SLO Tracking shows every series that the rules record of an SLO as a whole', () => {
  const shown = panelQueries(dashboard(sloDashboard, alerts)).flatMap(({ expr }) =>
    metricsIn(substitute(expr, variableValues(dashboard(sloDashboard, alerts)))),
  );
  const { objective, window, events, bad, allowed, attained, remaining, level } = slo.seriesOf(
    slo.shippedSlos.slos,
  );
  for (const { record } of [objective, window, events, bad, allowed, attained, remaining, level])
    expect(shown).toContain(record);
});

test('SLOs of routes are among all jobs, though they have none', () => {
  const json = dashboard(sloDashboard, alerts);
  expect(variableValues(json)).toMatchObject({ slo: '.+', job_name: '.*' });
});

test('only what may be negative or is near 1 leaves the scale without a zero', () => {
  const floating = shipped.flatMap(({ panels = [] }) =>
    panels.filter((panel) => panel.fieldConfig?.defaults?.min === undefined).map(({ title }) => title),
  );
  expect(floating).toEqual([
    'Error budget remaining',
    'Attained and promised',
    'Error budget over time',
    'Composite reliability',
  ]);
});

test('each alert is linked from the panel that it names: its rule and its section of the runbook', () => {
  const json = {
    offload,
    telemetry: dashboard(telemetryDashboard, alerts, { runbookBaseUrl: 'https://r.example' }),
  };
  expect(panelOf(json.offload, 'Success rate')?.links?.map(({ title }) => title)).toEqual([
    'Alert: IcebergOffloadSuccessRateLow',
    'Runbook: IcebergOffloadSuccessRateLow',
  ]);
  const linked = shipped.flatMap(({ panels = [] }) => panels.flatMap(({ links = [] }) => links));
  for (const { alert } of alerts) {
    expect(linked.filter(({ url }) => url === `/alerting/list?search=rule:${alert}`)).toHaveLength(1);
  }
  expect(panelOf(json.telemetry, 'Collector success')?.links?.[1]?.url).toBe(
    'https://r.example/telemetry.md#sightglasscollectorfailing',
  );
});

test('an alert that names a panel which is not there is an error', () => {
  const astray = {
    ...alerts[0]!,
    alert: 'Astray',
    dashboard: { uid: offloadDashboard.uid, panel: 'Nowhere' },
  };
  expect(() => dashboard(offloadDashboard, [astray])).toThrow('Astray ("Nowhere")');
});

test('the lines and the colours of panels follow the thresholds of the alerts', () => {
  const changed = dashboard(offloadDashboard, alerts, {
    thresholds: {
      [thresholds.consecutiveFailuresCritical.thresholdKey]: 7,
      [thresholds.lagElevatedRatio.thresholdKey]: 0.9,
      [thresholds.cycleSlowRatio.thresholdKey]: 0.4,
    },
  });
  const overrides = JSON.stringify(panelOf(changed, 'Error rate'));
  expect(overrides).toContain('{"value":7,"color":"red"}');
  expect(panelOf(changed, 'Offload lag')?.targets?.[0]?.expr).toContain('> on (layer, table) 0.9 *');
  expect(panelOf(changed, 'Cycle duration')?.targets?.[3]?.expr).toMatch(/^0\.4 \* max by \(layer\)/);
});

test("a team's selector stands in every query of our own series", () => {
  const selected = dashboard(offloadDashboard, alerts, { selector: { namespace: 'prod' } });
  const catalog = shippedCatalog(['namespace']);
  for (const expr of expressions(selected)) {
    expect(checkQuery(expr, { catalog }).map(problemText)).toEqual([]);
    const series = expr.match(/\b(?:layer\w*:)?offload_\w+(?::\w+)?(?:\{[^}]*\})?/g) ?? [];
    for (const each of series) expect(each).toContain('namespace="prod"');
  }
});

test('the drop-downs begin with everything, and the window with an hour', () => {
  const values = variableValues(offload);
  expect(values).toMatchObject({ layer: '.+', table: '.+', window: '3600' });
  expect(panelOf(offload, 'Offload rate')?.targets?.[0]?.expr).toContain(`[\${window}s]`);
});
