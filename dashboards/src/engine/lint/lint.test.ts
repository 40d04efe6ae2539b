import { type Alert, promql } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { database } from '../context.ts';
import type { DashboardJson } from '../model.ts';
import { lint, lintRules } from './lint.ts';

const datasource = { type: 'prometheus', uid: `\${datasource}` };

const variable = (name: string, label: string) => ({
  name,
  label,
  type: 'query',
  query: `label_values(up, ${name})`,
  datasource,
  refresh: 2,
  multi: true,
  allValue: '.+',
});

const target = (refId: string, expr: string) => ({ refId, expr, interval: '15s', datasource });

const runs = 'sum(rate(runs_total{job=~"$job",instance=~"$instance"}[$__rate_interval]))';

const panel = {
  id: 1,
  type: 'timeseries',
  title: 'Runs',
  description: 'Runs per second.',
  datasource,
  gridPos: { x: 0, y: 0, w: 12, h: 8 },
  options: { legend: { showLegend: true } },
  fieldConfig: { defaults: { unit: 'ops' } },
  targets: [target('A', runs)],
};

/** Small, and right in every respect. */
const good = {
  uid: 'good',
  title: 'Good',
  editable: false,
  schemaVersion: 42,
  panels: [panel],
  templating: {
    list: [
      { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
      variable('job', 'Job'),
      variable('instance', 'Instance'),
    ],
  },
  annotations: { list: [{ name: 'Restarts', expr: 'up', datasource }] },
} satisfies DashboardJson;

const withVariables = (...list: object[]) => ({ ...good, templating: { list } });
const withPanel = (change: object) => ({ ...good, panels: [{ ...panel, ...change }] });
const withExpr = (expr: string, unit = 'ops') =>
  withPanel({ targets: [target('A', expr)], fieldConfig: { defaults: { unit } } });
const [source, job, instance] = good.templating.list as [object, object, object];
const inside = '{job=~"$job",instance=~"$instance"}';

/** It links to the panel, on a dashboard of another uid. */
const failing: Alert = {
  alert: 'RunsFailing',
  expr: promql`${{ external: 'runs_total', kind: 'counter', labels: [] }} == 0`,
  severity: 'warning',
  component: 'runs',
  summary: 'Runs fail.',
  description: 'Runs fail.',
  impact: 'None.',
  action: 'Look.',
  runbook: 'runs',
  dashboard: { uid: 'alerting', panel: 'Runs' },
};

const lagged = `max(run_lag_seconds${inside})`;
const lasted = `sum by (le) (rate(run_duration_seconds_bucket${inside}[$__rate_interval]))`;
const withLegend = (legendFormat: string, expr: string) =>
  withPanel({
    targets: [{ ...target('A', expr), legendFormat }],
    fieldConfig: { defaults: { unit: 's' } },
  });
const withColour = (state: string, fixedColor: string) =>
  withPanel({
    fieldConfig: {
      defaults: { unit: 'ops' },
      overrides: [
        {
          matcher: { id: 'byRegexp', options: `/ ${state}$/` },
          properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
        },
      ],
    },
  });

const rows = { refId: 'A', datasource: database, format: 'table', rawSql: 'SELECT 1' };
const chosen = { name: 'database', label: 'Database', type: 'datasource', query: database.type };
/** A panel that asks a database, which a drop-down chooses. */
const withSql = (change: object, list: readonly object[] = [...good.templating.list, chosen]) => ({
  ...withPanel({ type: 'table', datasource: database, targets: [{ ...rows, ...change }] }),
  templating: { list },
});

/** For each rule, dashboards that differ from the good one in a way that only this rule forbids. */
const bad: { readonly [rule: string]: readonly object[] } = {
  'template-datasource': [
    withVariables(job, instance),
    withVariables(source, source, job, instance),
    withVariables({ ...source, name: 'prometheus' }, job, instance),
    withVariables({ ...source, label: 'Prometheus' }, job, instance),
    withVariables({ ...source, query: 'loki' }, job, instance),
  ],
  'template-job': [
    withVariables(source, { ...job, label: 'job' }, instance),
    withVariables(source, { ...job, multi: false }, instance),
    withVariables(source, { ...job, allValue: '.*' }, instance),
    withVariables(source, { ...job, type: 'custom' }, instance),
  ],
  'template-instance': [withVariables(source, job, { ...instance, label: 'Host' })],
  'template-label-promql': [
    withVariables(source, { ...job, query: 'label_values(up{, job)' }, instance),
    withVariables(source, { ...job, query: 'up' }, instance),
  ],
  'template-on-time-change-reload': [withVariables(source, { ...job, refresh: 1 }, instance)],
  'panel-datasource': [withPanel({ datasource: { type: 'prometheus', uid: 'P1809F7CD0C75ACF3' } })],
  'panel-database': [
    withSql({}, good.templating.list),
    withSql({}, [...good.templating.list, { ...chosen, query: 'prometheus' }]),
    withSql({ datasource: undefined }),
    withSql({ datasource: { type: 'prometheus', uid: 'prom' } }),
    withSql({ format: 'time_series' }),
  ],
  'panel-title-description': [withPanel({ description: '' }), withPanel({ title: undefined })],
  'panel-units': [
    withPanel({ fieldConfig: { defaults: {} } }),
    withPanel({ fieldConfig: { defaults: { unit: 'rows per second' } } }),
  ],
  'panel-no-targets': [withPanel({ targets: [] })],
  'panel-type': [withPanel({ type: 'graph' }), withPanel({ type: undefined })],
  'panel-legend': [withPanel({ options: { legend: { showLegend: false } } }), withPanel({ options: {} })],
  'panel-ref-ids': [
    withPanel({ targets: [target('A', runs), target('A', runs)] }),
    withPanel({ targets: [{ expr: runs, interval: '15s', datasource }] }),
  ],
  'target-promql': [withExpr(`sum(rate(runs_total${inside}[$__rate_interval])`), withExpr('')],
  'target-rate-interval': [
    withExpr(`sum(rate(runs_total${inside}[5m]))`),
    withExpr(`sum(increase(runs_total${inside}[$__interval]))`, 'short'),
  ],
  'target-job': [withExpr('up{instance=~"$instance"}')],
  'target-instance': [withExpr('up{job=~"$job"}')],
  'target-counter-agg': [
    withExpr(`runs_total${inside}`, 'short'),
    withExpr(`max(run_seconds_count${inside})`, 'short'),
  ],
  'target-min-interval': [withPanel({ targets: [{ refId: 'A', expr: runs, datasource }] })],
  'target-datasource': [withPanel({ targets: [{ refId: 'A', expr: runs, interval: '15s' }] })],
  'uneditable-dashboard': [
    { ...good, editable: true },
    { ...good, editable: undefined },
  ],
  'dashboard-model': [
    { ...good, dashboard: {} },
    { ...good, __inputs: [] },
    { ...good, id: 7 },
    { ...good, title: '' },
    { ...good, schemaVersion: undefined },
  ],
  'dashboard-uid': [
    { ...good, uid: 'a'.repeat(41) },
    { ...good, uid: 'a b' },
    { ...good, uid: undefined },
  ],
  'panel-ids': [
    withPanel({ id: 0 }),
    withPanel({ id: undefined }),
    { ...good, panels: [panel, { ...panel, gridPos: { x: 12, y: 0, w: 12, h: 8 } }] },
  ],
  'panel-overlap': [
    withPanel({ gridPos: { x: 20, y: 0, w: 12, h: 8 } }),
    withPanel({ gridPos: undefined }),
    { ...good, panels: [panel, { ...panel, id: 2, gridPos: { x: 11, y: 7, w: 12, h: 8 } }] },
  ],
  'datasource-everywhere': [
    withVariables(source, { ...job, datasource: { uid: 'prom' } }, instance),
    { ...good, annotations: { list: [{ name: 'Restarts', expr: 'up' }] } },
  ],
  'target-measure': [
    withExpr(lagged, 'percentunit'),
    withPanel({
      targets: [{ ...target('A', `histogram_quantile(0.99, ${lasted})`), legendFormat: 'p99' }],
      fieldConfig: { defaults: { unit: 'decbytes' } },
    }),
    withExpr(runs, 'cpm'),
    withExpr(`60 * ${runs}`, 'rowsps'),
    withExpr(`60 * ${runs}`, 'short'),
    withExpr(`0.01 * sum(rate(process_cpu_seconds_total${inside}[$__rate_interval]))`, 'percentunit'),
    withExpr(`${lagged} / 3600`, 's'),
    withExpr(`max(run_timestamp_seconds${inside})`, 's'),
    withPanel({
      targets: [target('A', runs), target('B', lagged)],
      fieldConfig: {
        defaults: { unit: 'ops' },
        overrides: [
          { matcher: { id: 'byFrameRefID', options: 'B' }, properties: [{ id: 'unit', value: 'short' }] },
        ],
      },
    }),
  ],
  'target-quantile': [
    withLegend('p99', `histogram_quantile(0.5, ${lasted})`),
    withLegend('{{job}} p50', `histogram_quantile(0.99, ${lasted})`),
    withLegend('{{job}}', `histogram_quantile(0.99, ${lasted})`),
    withLegend('p95', lagged),
  ],
  'panel-state-colour': [withColour('critical', 'green'), withColour('ok', 'red')],
  'dashboard-range': [
    { ...good, time: { from: 'now-5y', to: 'now' } },
    { ...good, time: { from: '2020-01-01', to: 'now' } },
  ],
  'marks-fire': [
    {
      ...good,
      annotations: { list: [{ name: 'Alerts', expr: 'ALERTS{alertstate="pending"}', datasource }] },
    },
    { ...good, annotations: { list: [{ name: 'Alerts', expr: 'ALERTS', datasource }] } },
  ],
  'alert-on-panel': [
    { ...withPanel({ title: 'Ended runs' }), uid: 'alerting' },
    { ...withExpr(runs.replace('runs_total', 'ended_total')), uid: 'alerting' },
  ],
};

test('a dashboard that is right has no findings', () => {
  expect(lint(good)).toEqual([]);
  expect(lint({ ...good, uid: 'alerting' }, { alerts: [failing] })).toEqual([]);
  // What only brings a label to what it compares is not compared.
  const named = {
    ...failing,
    expr: promql`(${failing.expr}) * on (job) group_left (owner) job_owner:runs_ownership:info`,
  };
  expect(lint({ ...good, uid: 'alerting' }, { alerts: [named] })).toEqual([]);
});

test('every rule has an example that it refuses', () => {
  expect(Object.keys(bad).sort()).toEqual(
    lintRules()
      .map(({ name }) => name)
      .sort(),
  );
});

test.each(
  Object.entries(bad).flatMap(([rule, examples]) => examples.map((example, i) => ({ rule, i, example }))),
)('$rule refuses its example $i, and no other rule does', ({ rule, example }) => {
  const findings = lint(example as DashboardJson, { alerts: [failing] });
  expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([rule]);
  expect(findings.every(({ message }) => message.length > 10)).toBe(true);
});

test('what is shown in its own unit, by its own quantile, in its own colour is right', () => {
  const right: readonly DashboardJson[] = [
    withExpr(lagged, 's'),
    withExpr(`60 * ${runs}`, 'cpm'),
    withExpr(`time() - max(run_timestamp_seconds${inside})`, 's'),
    withExpr(`sum(rate(process_cpu_seconds_total${inside}[$__rate_interval]))`, 'percentunit'),
    withExpr(`2 * ${lagged}`, 's'),
    withSql({}) as DashboardJson,
    withLegend('{{job}} p99.9', `histogram_quantile(0.999, ${lasted})`),
    withColour('critical', 'red'),
    withColour('ok', 'green'),
    { ...good, time: { from: 'now-7d', to: 'now' } },
  ];
  for (const each of right) expect(lint(each)).toEqual([]);
});

test('a gauge that is named as a counter would be needs no rate', () => {
  const dashboard = withExpr(`sum(connection_count${inside})`, 'short');
  expect(lint(dashboard)).toHaveLength(1);
  expect(lint(dashboard, { gauges: new Set(['connection_count']) })).toEqual([]);
});

test('a window that the dashboard computes is no fixed one', () => {
  const window = { name: 'window', type: 'query', query: 'query_result(vector(60))', datasource, refresh: 2 };
  const dashboard = {
    ...withExpr(`sum(rate(runs_total${inside}[\${window}s]))`),
    templating: { list: [...good.templating.list, window] },
  };
  expect(lint(dashboard)).toEqual([]);
});

test('what holds an alert back needs no panel, what it compares does, a condition too', () => {
  const gauge = (external: string) => ({ external, kind: 'gauge', labels: [] }) as const;
  const [ended, paused] = [gauge('runs:ended:bool'), gauge('runs_paused')];
  const found = (expr: Alert['expr']) =>
    lint({ ...good, uid: 'alerting' }, { alerts: [{ ...failing, expr }] }).map(({ message }) => message);
  expect(found(promql`${failing.expr} unless on (job) (${paused} > 0 unless ${ended})`)).toEqual([]);
  expect(found(promql`${failing.expr} and ${ended} == 1 unless ${paused}`)).toEqual([
    'RunsFailing compares runs:ended:bool, which "Runs" does not show',
  ]);
});

test('an exclusion silences its rule on its panel, and is a finding itself once it is idle', () => {
  const dashboard = withExpr(`sum(rate(runs_total${inside}[5m]))`);
  const exclusion = { rule: 'target-rate-interval', dashboard: 'good', reason: 'An example.' };
  const excluding = (change: object) => lint(dashboard, { exclusions: [{ ...exclusion, ...change }] });
  expect(excluding({ panel: 'Runs' })).toEqual([]);
  expect(excluding({ dashboard: 'another' })).toHaveLength(1);
  expect(excluding({ panel: 'Another' }).map(({ message }) => message)).toEqual([
    'query A: rate over the fixed window 5m',
    'is excluded but finds nothing',
  ]);
});
