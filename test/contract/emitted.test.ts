import type { MetricDescriptor, MetricKind } from '@sightglass/core';
import {
  type Catalog,
  catalogOf,
  checkQuery,
  DEFAULT_SCOPE,
  externalMetrics,
  outsideMetricsOf,
  problemText,
  recordings,
} from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParsedFamily } from '../../packages/core/src/exposition/parse-strictly.support.ts';
import { dashboardQueries, ruleQueries, runbookQueries, type ShippedQuery } from './artefacts.ts';
import { type ScrapedService, startService } from './scraped-service.ts';

/** What rules, dashboards and runbooks read is what a process emits that uses the library, found out by scraping one. */

let service: ScrapedService;
let declared: readonly ParsedFamily[];
let worked: readonly ParsedFamily[];

beforeAll(async () => {
  service = await startService();
  declared = await service.scrape();
  await service.work();
  worked = await service.scrape();
});
afterAll(() => service.stop());

/** The checks of the rules package that speak of names and labels; the others are its own. */
const OF_NAMES: ReadonlySet<string> = new Set([
  'syntax',
  'unknown-metric',
  'unknown-label',
  'grouping-label',
  'matching-label',
]);

/** What may be read: what was scraped, under the labels that it was seen with, what rules record, and what is declared to be foreign. */
function catalogFrom(families: readonly ParsedFamily[]): Catalog {
  const declared = families.map(({ name, type, help = '', samples }): MetricDescriptor => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    labels.delete('le');
    return {
      name,
      kind: type as MetricKind,
      help,
      labels: [...labels].map((label) => ({ name: label })),
      maxSeries: 1,
    };
  });
  // The scope labels are those of the target: no scrape has them.
  return catalogOf({
    // What exporters say is held against the exporters themselves.
    declared: [...declared, ...outsideMetricsOf(shipped)],
    recorded: recordings,
    external: externalMetrics,
    commonLabels: DEFAULT_SCOPE,
  });
}

function problemsOf(queries: readonly ShippedQuery[], families: readonly ParsedFamily[]): string[] {
  const catalog = catalogFrom(families);
  return queries.flatMap(({ place, expr }) =>
    checkQuery(expr, { catalog })
      .filter(({ check }) => OF_NAMES.has(check))
      .map((problem) => `${place}: ${problemText(problem)}`),
  );
}

describe.each<[string, readonly ShippedQuery[]]>([
  ['rules', ruleQueries],
  ['dashboards', dashboardQueries],
  ['runbooks', runbookQueries],
])('%s', (_, queries) => {
  test('read only names and labels that a scrape has', () => {
    expect(queries.length).toBeGreaterThan(0);
    expect(problemsOf(queries, worked)).toEqual([]);
  });

  test('would be told of a name or a label that is gone', () => {
    const renamed = worked.map(({ samples, ...family }) => ({
      ...family,
      samples: samples.map(({ labels: { layer, collector, ...labels }, ...sample }) => ({
        ...sample,
        labels,
      })),
    }));
    expect(problemsOf(queries, renamed)).not.toEqual([]);
    expect(problemsOf(queries, [])).not.toEqual([]);
  });
});

describe('right after the declaration', () => {
  const samplesOf = (name: string) =>
    declared
      .flatMap(({ samples }) => samples.filter((sample) => sample.name === name))
      .map(({ labels, value }) => ({ ...labels, value }));
  const tables = ['trades', 'quotes'].map((table) => ({ table, layer: 'bronze' }));

  test('every counter and histogram of the declared tables is there, at zero', () => {
    expect(samplesOf('offload_rows_total')).toEqual(tables.map((labels) => ({ ...labels, value: 0 })));
    expect(samplesOf('offload_errors_total')).toEqual(
      tables.flatMap((labels) =>
        ['timeout', 'process_error'].map((error_type) => ({ ...labels, error_type, value: 0 })),
      ),
    );
    expect(samplesOf('offload_cycles_total')).toEqual(
      ['success', 'partial', 'failed'].map((status) => ({ layer: 'bronze', status, value: 0 })),
    );
    expect(samplesOf('offload_duration_seconds_count')).toEqual(
      tables.flatMap((labels) => ['success', 'failed'].map((status) => ({ ...labels, status, value: 0 }))),
    );
    expect(samplesOf('offload_rows_per_second_count')).toEqual(
      tables.map((labels) => ({ ...labels, value: 0 })),
    );
    expect(samplesOf('offload_cycle_duration_seconds_count')).toEqual([{ layer: 'bronze', value: 0 }]);
    expect(samplesOf('offload_consecutive_failures')).toEqual(
      tables.map((labels) => ({ ...labels, value: 0 })),
    );
  });

  test('every promise is there', () => {
    expect(samplesOf('offload_interval_seconds')).toEqual([{ layer: 'bronze', value: 900 }]);
    expect(samplesOf('offload_lag_objective_seconds')).toEqual(
      tables.map((labels) => ({ ...labels, value: 1_800 })),
    );
    expect(samplesOf('offload_cycle_duration_objective_seconds')).toEqual([{ layer: 'bronze', value: 600 }]);
    expect(samplesOf('offload_throughput_objective_rows_per_second')).toEqual([
      { layer: 'bronze', value: 10_000 },
    ]);
    expect(samplesOf('offload_success_objective_ratio')).toEqual([{ layer: 'bronze', value: 0.95 }]);
    expect(samplesOf('offload_tables_configured')).toEqual([{ layer: 'bronze', value: 2 }]);
    expect(samplesOf('offload_info')).toEqual([{ layer: 'bronze', version: '1.0.0', value: 1 }]);
  });
});
