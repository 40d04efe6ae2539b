import { counter } from '@sightglass/core';
import { alert, defineMixin, minutes, promql } from '@sightglass/rules';
import { jobs, service, shipped } from '@sightglass/rules/mixins';
import { expect, test } from 'vitest';
import { dashboardMixins } from '../mixins/index.ts';
import { dashboardsFor, lintDashboards, renderDashboards } from '../render.ts';
import { defineDashboards, type OwnDashboardsOptions } from './own.ts';
import { unit } from './style.ts';
import { rateInterval } from './window.ts';

const sent = counter('simple_invoices_total', { help: 'Invoices.', labels: { outcome: ['ok', 'bounced'] } });
const billing = defineMixin({
  name: 'billing',
  metrics: [sent],
  alerts: [
    alert('InvoicesBouncing', {
      expr: promql`sum by (outcome) (rate(${sent}[10m])) > ${1}`,
      for: minutes(10),
      severity: 'warning',
      summary: 'Invoices are bouncing.',
      dashboard: { uid: 'billing', panel: 'Invoices' },
    }),
  ],
});
const own = defineDashboards({
  name: 'billing',
  dashboards: [
    {
      uid: 'billing',
      title: 'Billing',
      panels: [
        {
          title: 'Invoices',
          unit: unit.perSecond,
          queries: [
            { query: promql`sum by (outcome) (rate(${sent}[${rateInterval}]))`, legend: '{{outcome}}' },
          ],
        },
      ],
    },
  ],
});
const titlesOf = (mixins: Parameters<typeof dashboardsFor>[0]) =>
  Object.fromEntries(
    renderDashboards({}, dashboardsFor(mixins, [own])).map(({ file, json }) => [
      file,
      JSON.parse(json).panels.map(({ title }: { title: string }) => title),
    ]),
  );

test('a dashboard with a title and panels passes lint, and its panel leads to its alert', () => {
  const mixins = dashboardsFor([billing], [own]);
  expect(lintDashboards({}, mixins)).toEqual(
    // The metric is in no catalog that ships.
    expect.arrayContaining([expect.objectContaining({ rule: 'known-series', dashboard: 'billing' })]),
  );
  expect(lintDashboards({}, mixins).filter(({ rule }) => rule !== 'known-series')).toEqual([]);
  // Its alerts name nothing of ours, so their list has no column for a thing.
  expect(lintDashboards({}, mixins).filter(({ message }) => !message.includes(sent.descriptor.name))).toEqual(
    [],
  );
  expect(renderDashboards({}, mixins)[0]?.json).toContain('Alert: InvoicesBouncing');
});

test('all mixins have all dashboards as they ship', () => {
  const all = dashboardsFor(shipped, []);
  expect(renderDashboards({}, all)).toEqual(renderDashboards({}, dashboardMixins));
});

test('of those that ship there is what the mixins have: no sources and no offload for plain jobs', () => {
  const titles = titlesOf([jobs, service, billing]);
  expect(Object.keys(titles)).toEqual([
    'sightglass-scheduler.json',
    'sightglass-system.json',
    'sightglass-infrastructure.json',
    'sightglass-slo.json',
    'sightglass-sla.json',
    'billing.json',
  ]);
  expect(titles['sightglass-scheduler.json']).toContain('Last Sync Time');
  for (const absent of [
    'Models Updated Per Sync',
    'Providers Configured',
    'Last Sync Timestamp Per Provider',
  ])
    expect(titles['sightglass-scheduler.json']).not.toContain(absent);
  expect(titles['sightglass-system.json']).not.toContain('Provider API Response Times');
  expect(Object.keys(titlesOf([billing]))).toEqual(['billing.json']);
});

test.each<[string, unknown, RegExp]>([
  ['no name', { dashboards: own.dashboards }, /name must be lower-case/],
  ['no dashboards', { name: 'a', dashboards: [] }, /at least one/],
  ['a dashboard without a title', { name: 'a', dashboards: [{ uid: 'a' }] }, /needs uid and title/],
  ['no panels', { name: 'a', dashboards: [{ uid: 'a', title: 'A', panels: [] }] }, /a needs panels/],
  [
    'a query without a legend',
    {
      name: 'a',
      dashboards: [{ uid: 'a', title: 'A', panels: [{ title: 'P', queries: [{ query: promql`up` }] }] }],
    },
    /each query of "P" needs query and legend/,
  ],
])('dashboards with %s are refused', (_, options, message) => {
  expect(() => defineDashboards(options as OwnDashboardsOptions)).toThrow(message);
});
