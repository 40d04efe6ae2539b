import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { resetMetrics } from '@sightglass/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordDocuments } from '../index.ts';
import * as quality from '../quality/metrics.ts';
import * as fixtures from './fixtures.support.ts';
import * as metrics from './metrics.ts';

let folder: string;
const warn = vi.fn();
beforeEach(async () => {
  resetMetrics();
  warn.mockClear();
  const quiet = () => {};
  setLogger({ debug: quiet, info: quiet, warn, error: quiet });
  folder = await mkdtemp(join(tmpdir(), 'sightglass-documents-'));
});
afterEach(async () => {
  setLogger(undefined);
  await rm(folder, { recursive: true, force: true });
});

/** The series of a metric, by the values of their labels. */
const seriesOf = ({
  series,
}: {
  readonly series: { readonly cells: Iterable<{ readonly values: readonly string[] }> };
}) =>
  Object.fromEntries(
    [...series.cells].flatMap((cell) =>
      'value' in cell && typeof cell.value === 'number' && !Number.isNaN(cell.value)
        ? [[cell.values.join(' '), cell.value]]
        : [],
    ),
  );
const reads = () =>
  Object.fromEntries(
    Object.entries(seriesOf(processStore().counter(metrics.documentReads))).filter(([, value]) => value > 0),
  );
const write = async (name: string, content: unknown) => {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

describe('dbt', () => {
  test('sources.json tells the newest record of each source, and its verdict', async () => {
    const from = await write('sources.json', fixtures.dbtSources);
    expect(await recordDocuments({ from })).toEqual({
      read: 1,
      unreadable: 0,
      checks: 4,
      freshness: 3,
      volumes: 0,
    });
    expect(reads()).toEqual({ 'dbt_sources read': 1 });
    const newest = seriesOf(quality.datasetNewestRecord);
    expect(newest['shop.orders default']).toBe(Date.UTC(2026, 10, 30, 5) / 1_000);
    expect(newest['shop.broken default']).toBeUndefined();
    expect(seriesOf(quality.datasetQualityScore)).toEqual({
      'shop.orders default dbt_freshness': 1,
      // A warning lowers no score.
      'shop.customers default dbt_freshness': 1,
      'shop.prices default dbt_freshness': 0,
    });
    expect(seriesOf(quality.datasetCheckWarned)['shop.customers default dbt_freshness']).toBe(1);
    expect(seriesOf(quality.datasetCheckErrored)['shop.broken default dbt_freshness']).toBe(1);
  });

  test('freshness.json of dbt 2 tells the same of sources and models', async () => {
    expect(await recordDocuments({ from: fixtures.dbtFreshness })).toMatchObject({
      read: 1,
      checks: 2,
      freshness: 2,
    });
    expect(seriesOf(quality.datasetQualityScore)).toEqual({
      'shop.orders default dbt_freshness': 1,
      'daily_revenue default dbt_freshness': 0,
    });
  });

  test('run_results.json tells tests by the data set that the manifest attaches them to, and rows that were written', async () => {
    await write('run_results.json', fixtures.dbtRunResults);
    await write('manifest.json', fixtures.dbtManifest);
    await write('catalog.json', { nodes: {} });
    expect(await recordDocuments({ from: folder })).toEqual({
      read: 1,
      unreadable: 0,
      checks: 2,
      freshness: 0,
      volumes: 1,
    });
    expect(seriesOf(quality.datasetCheckEvaluated)).toEqual({ 'orders default dbt_tests': 3 });
    expect(seriesOf(quality.datasetCheckFailed)).toEqual({ 'orders default dbt_tests': 1 });
    expect(seriesOf(quality.datasetCheckWarned)).toEqual({ 'orders default dbt_tests': 1 });
    expect(seriesOf(quality.datasetCheckErrored)['customers default dbt_tests']).toBe(1);
    expect(seriesOf(quality.datasetLoadRows)).toEqual({ 'orders default': 1_204 });
  });

  test('without a manifest, tests are those of the project', async () => {
    await recordDocuments({ from: fixtures.dbtRunResults });
    expect(seriesOf(quality.datasetCheckEvaluated)).toEqual({ 'shop default dbt_tests': 3 });
  });

  test('read again it counts for nothing', async () => {
    for (let i = 0; i < 3; i++) await recordDocuments({ from: fixtures.dbtRunResultsLater });
    expect(seriesOf(quality.datasetChecks)).toMatchObject({ 'shop default dbt_tests failed': 1 });
    expect(seriesOf(quality.datasetLoadedRows)).toMatchObject({ 'orders default': 1_300 });
  });
});

describe('Great Expectations', () => {
  test('a validation result of version 1 tells its suite', async () => {
    expect(await recordDocuments({ from: fixtures.greatExpectations })).toMatchObject({ read: 1, checks: 1 });
    const of = 'measurements default gold_suite';
    expect(seriesOf(quality.datasetCheckEvaluated)).toEqual({ [of]: 4 });
    expect(seriesOf(quality.datasetCheckFailed)).toEqual({ [of]: 1 });
    expect(seriesOf(quality.datasetCheckWarned)).toEqual({ [of]: 1 });
    expect(seriesOf(quality.datasetQualityScore)).toEqual({ [of]: 0.75 });
    expect(seriesOf(quality.datasetCheckLastRun)).toEqual({ [of]: Date.UTC(2026, 10, 30, 6) / 1_000 });
  });

  test('a checkpoint of an older version tells each of its results, also by their numbers alone', async () => {
    expect(await recordDocuments({ from: fixtures.greatExpectationsCheckpoint })).toMatchObject({
      read: 1,
      checks: 2,
    });
    expect(seriesOf(quality.datasetCheckFailed)).toEqual({
      'taxi.csv default taxi_suite': 15,
      'zones.csv default zones': 0,
    });
  });
});

test('Soda tells each table, and one of which nothing was evaluated', async () => {
  expect(await recordDocuments({ from: fixtures.soda })).toMatchObject({ read: 1, checks: 3 });
  expect(seriesOf(quality.datasetCheckEvaluated)).toEqual({
    'orders default nightly': 3,
    'prices default nightly': 1,
  });
  expect(seriesOf(quality.datasetCheckFailed)).toMatchObject({
    'orders default nightly': 1,
    'prices default nightly': 1,
  });
  expect(seriesOf(quality.datasetCheckErrored)).toMatchObject({ 'stock default nightly': 1 });
});

test('OpenLineage tells assertions, the newest record, ranges and rows of its data sets, an event in each line', async () => {
  const from = await write(
    'events.ndjson',
    fixtures.openLineage.map((event) => JSON.stringify(event)).join('\n'),
  );
  expect(await recordDocuments({ from })).toEqual({
    read: 1,
    unreadable: 0,
    checks: 1,
    freshness: 1,
    volumes: 1,
  });
  expect(seriesOf(quality.datasetCheckFailed)).toEqual({ 'public.orders default check_orders': 1 });
  expect(seriesOf(quality.datasetCheckWarned)).toEqual({ 'public.orders default check_orders': 1 });
  expect(seriesOf(quality.datasetValueLargest)).toEqual({ 'public.orders default amount': 940.5 });
  expect(seriesOf(quality.datasetLoadRows)).toEqual({ 'public.daily_revenue default': 31 });
});

describe('names', () => {
  test('are those of the host, or left out', async () => {
    const dataset = (name: string) =>
      name === 'shop.orders' ? { dataset: 'orders', layer: 'bronze' } : undefined;
    expect(await recordDocuments({ from: fixtures.dbtSources, dataset })).toMatchObject({
      checks: 1,
      freshness: 1,
    });
    expect(seriesOf(quality.datasetQualityScore)).toEqual({ 'orders bronze dbt_freshness': 1 });
  });
});

describe('what can not be read', () => {
  test.each([
    ['no JSON', 'not json'],
    ['half a document', '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sour'],
    ['of no known format', { anything: [] }],
    ['a number', 7],
    ['nothing', ''],
  ])('is a warning and counted: %s', async (_, content) => {
    const from = await write('document.json', content);
    expect(await recordDocuments({ from })).toEqual({
      read: 0,
      unreadable: 1,
      checks: 0,
      freshness: 0,
      volumes: 0,
    });
    expect(reads()).toEqual({ 'unknown unreadable': 1 });
    expect(warn).toHaveBeenCalledOnce();
  });

  test('is a file that is too large, or none', async () => {
    const from = await write('sources.json', fixtures.dbtSources);
    expect(await recordDocuments({ from, maxBytes: 100 })).toMatchObject({ unreadable: 1 });
    expect(await recordDocuments({ from: join(folder, 'missing.json') })).toMatchObject({ unreadable: 1 });
    for (const nothing of [undefined, null, 7, {}, { from: null }, { from: 7 }])
      expect(await recordDocuments(nothing as never)).toMatchObject({ read: 0, unreadable: 1 });
  });

  test('spoils no other file of the folder', async () => {
    await write('broken.json', '{');
    await write('sources.json', fixtures.dbtSources);
    await write('notes.txt', 'not read');
    expect(await recordDocuments({ from: folder })).toMatchObject({ read: 1, unreadable: 1, checks: 4 });
  });

  test('is an entry, which is left out and counted', async () => {
    const { metadata, results } = fixtures.dbtSources;
    const from = {
      metadata,
      results: [
        ...results,
        null,
        7,
        { status: 'pass' },
        { unique_id: 'source.shop.shop.x', status: 'sunny' },
      ],
    };
    expect(await recordDocuments({ from })).toMatchObject({ read: 1, checks: 4 });
    expect(seriesOf(processStore().counter(metrics.documentEntriesSkipped))).toMatchObject({
      dbt_sources: 4,
      soda: 0,
    });
  });
});

describe('a hostile document', () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
      ownKeys: () => {
        throw new Error('no');
      },
      getOwnPropertyDescriptor: () => {
        throw new Error('no');
      },
    },
  );

  test('neither throws nor is believed', async () => {
    const polluted = JSON.parse(
      '{"__proto__": {"checks": [{"table": "t", "outcome": "pass"}]}, "constructor": {"prototype": {}}}',
    ) as object;
    for (const from of [
      hostile,
      { results: hostile, metadata: fixtures.dbtSources.metadata },
      polluted,
      [hostile],
      Object.create(fixtures.dbtSources) as object,
    ])
      expect((await recordDocuments({ from })).checks).toBe(0);
    expect(({} as { checks?: unknown }).checks).toBeUndefined();
  });

  test('makes no label longer than may be, and no more than there is room for', async () => {
    const checks = Array.from({ length: 20_000 }, (_, i) => ({
      table: `${'t'.repeat(1_000)}${i}`,
      outcome: 'pass',
    }));
    expect(await recordDocuments({ from: { checks, definitionName: 'd'.repeat(10_000) } })).toMatchObject({
      read: 1,
      checks: 1,
    });
    for (const cell of quality.datasetQualityScore.series.cells)
      expect(Math.max(...cell.values.map((value) => value.length))).toBeLessThanOrEqual(200);
  });

  test('is told of by one check, and costs none of the others', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const check = (value: string) => `{"table":"t","outcome":"fail","diagnostics":{"value":${value}}}`;
    const checks = [deep, '{"toString":1}', '{"__proto__":{"toString":null}}', '3'].map(check);
    const from = await write('soda.json', `{"definitionName":"nightly","checks":[${checks.join(',')}]}`);
    expect(await recordDocuments({ from })).toMatchObject({ read: 1, checks: 1 });
    expect(seriesOf(quality.datasetCheckFailed)).toEqual({ 't default nightly': 4 });
  });

  test('of a time that has not come is not believed, as none would be newer', async () => {
    const event = (eventTime: string) => ({
      eventTime,
      producer: 'https://example.org',
      job: { name: 'load' },
      outputs: [
        {
          name: 'orders',
          facets: { dataQualityAssertions: { assertions: [{ assertion: 'a', success: true }] } },
          outputFacets: { outputStatistics: { rowCount: 5 } },
        },
      ],
    });
    const now = processStore().clock.wallMs();
    await recordDocuments({ from: event('9999-12-31T00:00:00Z') });
    await recordDocuments({ from: event(new Date(now).toISOString()) });
    expect(seriesOf(quality.datasetChecks)).toMatchObject({ 'orders default load passed': 1 });
    expect(seriesOf(quality.datasetLoads)).toMatchObject({ 'orders default rows': 1 });
  });

  test('with a line that is being written tells the others, and counts that one', async () => {
    const lines = fixtures.openLineage.map((event) => JSON.stringify(event));
    const from = await write('events.ndjson', [...lines, lines[0]!.slice(0, 60)].join('\n'));
    expect(await recordDocuments({ from })).toMatchObject({ read: 1, unreadable: 0, checks: 1 });
    expect(seriesOf(processStore().counter(metrics.documentEntriesSkipped))).toMatchObject({
      openlineage: 1,
    });
    const cut = JSON.stringify(fixtures.soda, undefined, 2).slice(0, -5);
    expect(await recordDocuments({ from: await write('cut.json', cut) })).toMatchObject({ unreadable: 1 });
  });

  test('with the mark that editors of Windows begin a text with is read', async () => {
    const from = await write('scan.json', `\uFEFF${JSON.stringify(fixtures.soda)}`);
    expect(await recordDocuments({ from })).toMatchObject({ read: 1, unreadable: 0 });
  });

  test('that is a pipe or a folder holds nothing, and no thread of the process', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    await mkdir(join(folder, 'folder.json'));
    expect(await recordDocuments({ from: folder })).toMatchObject({ read: 0, unreadable: 2 });
    for (const maxBytes of [Number.NaN, 'all', -1, {}])
      expect(
        await recordDocuments({ from: await write('x.json', fixtures.soda), maxBytes: maxBytes as never }),
      ).toMatchObject({ read: 0, unreadable: 1 });
  });

  test('a naming function that throws costs its document and no more', async () => {
    const dataset = () => {
      throw new Error('host');
    };
    expect(await recordDocuments({ from: fixtures.soda, dataset })).toMatchObject({
      unreadable: 1,
      checks: 0,
    });
  });
});
