import { counter, gauge } from '@sightglass/core';
import {
  type Alert,
  type Catalog,
  catalogOf,
  declaredMetrics,
  externalMetrics,
  minutes,
  promql,
} from '@sightglass/rules';
import { expect, test } from 'vitest';
import { restarts } from './engine/annotations.ts';
import { withoutTargets } from './engine/lint/lint.ts';
import { type DashboardMixin, MixinError } from './engine/mixin.ts';
import type { DashboardJson } from './engine/model.ts';
import type { DashboardSpec, PanelSpec } from './engine/spec.ts';
import { unit } from './engine/style.ts';
import { rateInterval } from './engine/window.ts';
import { dashboardMixins } from './mixins/index.ts';
import { lintDashboards, renderDashboards } from './render.ts';

/* A team's own domain goes through the door that the shipped ones go through. */

const invoices = counter('own_invoices_total', { help: 'Invoices.', labels: ['customer', 'outcome'] });
const open = gauge('own_invoices_open', { help: 'Invoices that are not paid.', labels: ['customer'] });

const catalog: Catalog = catalogOf({
  declared: [...declaredMetrics, invoices.descriptor, open.descriptor],
  recorded: [],
  external: externalMetrics,
});

const sent: PanelSpec = {
  title: 'Sent',
  description: 'Invoices per minute by outcome.',
  type: 'timeseries',
  unit: unit.perMinute,
  width: 24,
  height: 9,
  queries: [
    {
      query: promql`60 * sum by (customer, outcome) (rate(${invoices}[${rateInterval}]))`,
      legend: '{{customer}} {{outcome}}',
    },
    { query: promql`sum by (customer) (${open})`, legend: '{{customer}} open', rightAxis: unit.count },
  ],
};

const dashboard: DashboardSpec = {
  uid: 'own-invoices',
  title: 'Invoices',
  description: 'Invoices on their way.',
  tags: ['invoices'],
  minInterval: '30s',
  variables: [{ label: 'customer', title: 'Customer', of: open }],
  annotations: [
    restarts({
      by: ['customer'],
      changed: [promql`resets(${invoices}[${rateInterval}])`],
      alive: open,
      text: 'The process of {{customer}} started.',
    }),
  ],
  firing: { labels: ['customer'] },
  panels: [sent],
  related: ['sightglass-telemetry'],
};

const failing: Alert = {
  alert: 'InvoicesFailing',
  expr: promql`sum by (customer) (increase(${invoices.where({ outcome: 'failed' })}[${minutes(15)}])) > 3`,
  severity: 'warning',
  component: 'invoices',
  summary: 'Invoices fail.',
  description: 'Invoices of {{ $labels.customer }} fail.',
  impact: 'Customers wait.',
  action: 'Look at the log.',
  runbook: 'invoices',
  dashboard: { uid: dashboard.uid, panel: sent.title },
};

const mixin: DashboardMixin = {
  name: 'invoices',
  dashboards: [dashboard],
  alerts: [failing],
  exclusions: withoutTargets(
    dashboard.uid,
    'Invoices are told of by customer, whichever process sends them.',
  ),
};

const rendered = (mixins: readonly DashboardMixin[]) => {
  const file = renderDashboards({ scope: ['team'] }, mixins).find(
    (each) => each.file === 'own-invoices.json',
  );
  return JSON.parse(file!.json) as DashboardJson & { links: { title: string; url: string }[] };
};

test('an own mixin beside ours is rendered with its drop-down, marks and links, and ours do not change', () => {
  const own = rendered([...dashboardMixins, mixin]);
  expect(own.panels?.map(({ title, gridPos }) => [title, gridPos?.w])).toEqual([
    ['Firing alerts', 24],
    ['Sent', 24],
  ]);
  expect(own.panels?.[1]?.targets?.map(({ expr }) => expr)).toEqual([
    '60 * sum by (team, customer, outcome) (rate(own_invoices_total{customer=~"$customer",team=~"$team"}[$__rate_interval]))',
    'sum by (team, customer) (own_invoices_open{customer=~"$customer",team=~"$team"})',
  ]);
  expect(own.panels?.[1]?.links?.map(({ title }) => title)).toEqual([
    'Alert: InvoicesFailing',
    'Runbook: InvoicesFailing',
  ]);
  expect(own.annotations?.list?.map(({ expr }) => expr)).toEqual([
    expect.stringContaining(
      'resets(own_invoices_total{customer=~"$customer",team=~"$team"}[$__rate_interval])',
    ),
    'ALERTS{alertname=~"InvoicesFailing",alertstate="firing",customer=~"$customer",team=~"$team"}',
  ]);
  expect(own.templating?.list?.map(({ name, query }) => `${name} ${query}`)).toEqual([
    'datasource prometheus',
    'team label_values(own_invoices_open, team)',
    'customer label_values(own_invoices_open{team=~"$team"}, customer)',
  ]);
  expect(own.links.map(({ title, url }) => `${title} ${url}`)).toEqual([
    `Telemetry /d/sightglass-telemetry?\${datasource:queryparam}&\${team:queryparam}`,
  ]);
  expect(renderDashboards({}, [...dashboardMixins, mixin]).slice(0, -1)).toEqual(renderDashboards());
});

test('alone it links to nothing that is not there', () => {
  expect(rendered([mixin]).links).toEqual([]);
});

test('it is linted as ours are', () => {
  expect(lintDashboards({}, [mixin], catalog)).toEqual([]);
  const wrong = {
    ...mixin,
    exclusions: [],
    dashboards: [{ ...dashboard, panels: [{ ...sent, queries: sent.queries.slice(1) }] }],
  };
  const findings = lintDashboards(
    {},
    [wrong],
    catalogOf({ declared: [], recorded: [], external: externalMetrics }),
  );
  const rules = new Set(findings.map(({ rule }) => rule));
  expect([...rules].sort()).toEqual([
    'alert-on-panel',
    'known-series',
    'target-instance',
    'target-job',
    'template-instance',
    'template-job',
  ]);
});

test('every mistake of a list is named at once', () => {
  const broken: DashboardMixin = {
    name: 'In voices',
    dashboards: [
      {
        ...dashboard,
        panels: [sent, sent],
        numbers: ['a', 'b', 'c', 'd', 'e'].map((title) => ({ ...sent, title })),
      },
    ],
    alerts: [failing, { ...failing, alert: 'Astray', dashboard: { uid: dashboard.uid, panel: 'Nowhere' } }],
    exclusions: withoutTargets('another', 'Its dashboard is named wrongly.').slice(0, 1),
  };
  const render = () => renderDashboards({}, [mixin, mixin, broken]);
  expect(render).toThrow(MixinError);
  for (const mistake of [
    'the name "In voices" is not lower-case letters, digits and dashes',
    'two mixins are named "invoices"',
    'two dashboards have the uid "own-invoices"',
    'two alerts are named "InvoicesFailing"',
    'own-invoices has more than 4 numbers in its first row',
    'two panels of own-invoices have the title "Sent"',
    'In voices excludes template-job on "another", which is not its dashboard',
    'Astray names a panel "Nowhere" that own-invoices does not have',
  ])
    expect(render).toThrow(mistake);
});
