import { promql, type Query, where } from '@sightglass/rules';
import { expect, test } from 'vitest';
import type { DashboardMixin } from '../engine/mixin.ts';
import type { DashboardSpec, PanelQuery, PanelSpec } from '../engine/spec.ts';
import { unit } from '../engine/style.ts';
import { lintDashboards } from '../render.ts';
import { dashboardMixins } from './index.ts';

/*
 * Changes of the shipped dashboards that no test caught once. Each makes a number, a unit, a colour, a legend or a range say something else than what is
 * computed, and the linter finds each by itself, so it finds its kin in the dashboards of a user too.
 */

type Change = (panel: PanelSpec) => PanelSpec;
type Mixins = readonly DashboardMixin[];

const withDashboards = (change: (spec: DashboardSpec) => DashboardSpec): Mixins =>
  dashboardMixins.map((mixin) => ({ ...mixin, dashboards: mixin.dashboards.map(change) }));

/** The shipped dashboards that have this panel, with it changed. */
const withPanel = (title: string, change: Change): Mixins =>
  withDashboards((spec) => ({
    ...spec,
    panels: spec.panels.map((panel) => (panel.title === title ? change(panel) : panel)),
  })).filter(({ dashboards }) =>
    dashboards.some(({ panels }) => panels.some((panel) => panel.title === title)),
  );

/** A panel with the queries changed whose legends hold this text. */
const queries =
  (legend: string, change: (query: PanelQuery) => PanelQuery): Change =>
  (panel) => ({
    ...panel,
    queries: panel.queries.map((query) => (query.legend.includes(legend) ? change(query) : query)),
  });

const computing =
  (change: (query: Query) => Query) =>
  (query: PanelQuery): PanelQuery => ({ ...query, query: change(query.query) });
const times = (factor: number) => computing((query) => promql`${factor} * (${query})`);

/** The query of another legend of the panel. */
const as =
  (title: string, legend: string): ((query: PanelQuery) => PanelQuery) =>
  (query) => ({ ...query, query: queryOf(title, legend) });
const queryOf = (title: string, legend: string): Query =>
  dashboardMixins
    .flatMap(({ dashboards }) => dashboards.flatMap(({ panels }) => panels))
    .find((panel) => panel.title === title)!
    .queries.find((query) => query.legend.includes(legend))!.query;

const green: Change = (panel) => ({
  ...panel,
  queries: panel.queries.map((query) => ({
    ...query,
    ...(query.states === undefined
      ? {}
      : { states: query.states.map((state) => ({ ...state, color: 'green' as const })) }),
  })),
});

const SURVIVORS: { readonly [what: string]: readonly [changed: Mixins, rule: string] } = {
  'the p99 of cycles computes the median': [
    withPanel('Offload duration', queries('p99', as('Offload duration', 'p50'))),
    'target-quantile',
  ],
  'legends of p50 and p95 are swapped': [
    withPanel(
      'API Response Time',
      queries('p50', (query) => ({ ...query, legend: 'p95' })),
    ),
    'target-quantile',
  ],
  'the p50 of a source is its p99': [
    withPanel('Provider API Response Times', queries('p50', as('Provider API Response Times', 'p95'))),
    'target-quantile',
  ],
  'errors per second are shown as per minute': [
    withPanel('Error rate', (panel) => ({
      ...panel,
      queries: panel.queries.map((query) => (query.rightAxis === undefined ? times(1 / 60)(query) : query)),
    })),
    'target-measure',
  ],
  'the offload rate is sixty times too high': [
    withPanel('Offload rate', queries('', times(60))),
    'target-measure',
  ],
  'lag is shown in percent': [
    withPanel('Offload lag', (panel) => ({ ...panel, unit: unit.ratio })),
    'target-measure',
  ],
  'the duration of queries is shown in bytes': [
    withPanel('Database Query Duration', (panel) => ({ ...panel, unit: unit.bytes })),
    'target-measure',
  ],
  'CPU is a hundredth': [withPanel('CPU Usage', queries('', times(0.01))), 'target-measure'],
  'requests are counted by the hour': [
    withPanel('HTTP Requests Per Second', queries('', times(3_600))),
    'target-measure',
  ],
  '"failed" plots partial runs': [
    withPanel('Sync Success vs Failures', queries('failed', as('Sync Success vs Failures', 'partial'))),
    'legend-says',
  ],
  '"success" plots missed starts': [
    withPanel('Sync Success vs Failures', queries('success', as('Sync Success vs Failures', 'never began'))),
    'legend-says',
  ],
  'used and idle connections are swapped': [
    withPanel('Database Connection Pool', queries('idle', as('Database Connection Pool', 'active'))),
    'legend-says',
  ],
  'virtual memory is the resident one': [
    withPanel('Memory Usage', queries('virtual', as('Memory Usage', 'resident'))),
    'legend-says',
  ],
  'critical lag is green': [withPanel('Offload lag', green), 'panel-state-colour'],
  'a low success rate is green': [withPanel('Success rate', green), 'panel-state-colour'],
  'the line of the alert is gone from the error rate': [
    withPanel('Error Rate Over Time', (panel) => ({
      ...panel,
      queries: panel.queries.map(({ line: _, ...query }) => query),
    })),
    'alert-line',
  ],
  'the dashboards open with five years': [
    withDashboards((spec) => ({ ...spec, from: 'now-5y' })),
    'dashboard-range',
  ],
  'marks show alerts that are pending': [
    withDashboards(({ firing: _, ...spec }) => ({
      ...spec,
      annotations: [
        {
          name: 'Firing alerts',
          query: promql`${where({ external: 'ALERTS', kind: 'gauge', labels: [], of: 'alerts' }, { alertstate: 'pending' })}`,
          color: 'red',
          title: '{{alertname}}',
          text: '',
        },
      ],
    })),
    'marks-fire',
  ],
};

test.each(Object.entries(SURVIVORS))('%s: found', (_, [changed, rule]) => {
  const found = lintDashboards({}, changed).filter((finding) => finding.rule === rule);
  expect(found).not.toEqual([]);
  for (const { message } of found) expect(message).not.toBe('is excluded but finds nothing');
});
