import {
  type Catalog,
  type CatalogEntry,
  checkQuery,
  externalMetrics,
  problemText,
  recordings,
} from '@sightglass/rules';
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
}, 60_000);
afterAll(() => service.stop());

/** The checks of the rules package that speak of names and labels; the others are its own. */
const OF_NAMES: ReadonlySet<string> = new Set([
  'syntax',
  'unknown-metric',
  'unknown-label',
  'grouping-label',
  'matching-label',
]);

/** The labels that Prometheus adds to what it scrapes. */
const TARGET = ['job', 'instance'];

/** What may be read: the series of a scrape under the labels that they were seen with, what rules record, and what is declared to be foreign. */
function catalogOf(families: readonly ParsedFamily[]): Catalog {
  const entries: CatalogEntry[] = families.flatMap(({ type, samples }) =>
    [...new Set(samples.map(({ name }) => name))].map((name) => {
      const labels = new Set(
        samples.flatMap((sample) => (sample.name === name ? Object.keys(sample.labels) : [])),
      );
      return {
        name,
        kind: type === 'gauge' ? ('gauge' as const) : ('counter' as const),
        labels: [...labels, ...TARGET].map((label) => ({ name: label })),
        source: 'declared' as const,
      };
    }),
  );
  for (const { record, labels, staticLabels = {} } of recordings) {
    const all = [...labels, ...Object.keys(staticLabels)].map((name) => ({ name }));
    entries.push({ name: record, kind: 'gauge', labels: all, source: 'recorded' });
  }
  for (const { external, kind, labels } of externalMetrics) {
    const all = [...labels, ...TARGET].map((name) => ({ name }));
    entries.push({ name: external, kind, labels: all, source: 'external' });
  }
  const histograms = new Set(families.filter(({ type }) => type === 'histogram').map(({ name }) => name));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return { entries, get: (name) => byName.get(name), isHistogram: (name) => histograms.has(name) };
}

function problemsOf(queries: readonly ShippedQuery[], families: readonly ParsedFamily[]): string[] {
  const catalog = catalogOf(families);
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
