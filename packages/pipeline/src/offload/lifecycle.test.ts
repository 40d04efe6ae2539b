import { processStore } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import {
  declareOffload,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
  retireOffload,
  setConfiguredTables,
  setPipelineInfo,
  trackLag,
} from './index.ts';
import * as metrics from './metrics.ts';

const NOW = 1_767_225_600;
processStore().setClock({ wallMs: () => NOW * 1000, monotonicMs: () => 0 });

let count = 0;
const declare = () => {
  const layer = `layer-${count++}`;
  return declareOffload({ layer, tables: ['trades', 'quotes'], intervalSeconds: 900 });
};

/** What is exported with this label value, by name and the other labels. */
function exported(label: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { descriptor, series } of Object.values(metrics)) {
    for (const cell of series.cells) {
      if (!cell.values.includes(label) || ('value' in cell && Number.isNaN(cell.value))) continue;
      const others = cell.values.filter((value) => value !== label);
      found[[descriptor.name, ...others].join(' ')] = 'value' in cell ? cell.value : cell.count;
    }
  }
  return found;
}
const states = (layer: string) =>
  Object.fromEntries(
    Object.entries(exported(layer)).flatMap(([name, value]) =>
      name.startsWith('offload_lifecycle_state ') ? [[name.split(' ')[1], value]] : [],
    ),
  );

describe('a layer', () => {
  test('says whether it is meant to be offloaded, and who says otherwise', () => {
    const offload = declare();
    expect(states(offload.layer)).toEqual({ enabled: 1 });
    offload.standBy();
    expect(offload.state).toBe('standby');
    offload.enable();
    offload.disable();
    offload.standBy();
    offload.stop();
    expect(states(offload.layer)).toEqual({ enabled: 0, standby: 0, disabled: 1 });
    offload.enable();
    offload.stop();
    expect(states(offload.layer)).toEqual({ enabled: 0, standby: 0, disabled: 0, stopping: 1 });
  });

  test('says who answers for it and that it wakes nobody, where its declaration does', () => {
    const { layer } = declare();
    expect(Object.keys(exported(layer)).filter((name) => /owner|pages/.test(name))).toEqual([]);
    const facts = { layer, tables: ['trades'], intervalSeconds: 900 } as const;
    declareOffload({ ...facts, owner: 'data', pages: false });
    expect(readMetric(metrics.offloadOwner, { layer, owner: 'data' })).toBe(1);
    expect(readMetric(metrics.offloadPages, { layer })).toBe(0);
    declareOffload({ ...facts, owner: 'platform', pages: true });
    expect(readMetric(metrics.offloadOwner, { layer, owner: 'data' })).toBeUndefined();
    expect(readMetric(metrics.offloadPages, { layer })).toBeUndefined();
    expect(() => declareOffload({ ...facts, owner: '', pages: 'no' } as never)).toThrowError(
      expect.objectContaining({
        problems: ['owner must be a non-empty string', 'pages must be true or false'],
      }),
    );
  });

  test('that is retired exports that alone, whatever is recorded afterwards, until it is declared again', async () => {
    const offload = declare();
    const { layer } = offload;
    recordOffloadSuccess({ table: 'never declared', layer, rows: 1, durationSeconds: 1 });
    await offload.cycle(async (cycle) => {
      await cycle.table('trades', () => ({ rows: 1 }));
      offload.retire();
      await cycle.table('quotes', () => ({ rows: 1 }));
    });
    recordOffloadSuccess({ table: 'trades', layer, rows: 1, durationSeconds: 1, watermark: NOW });
    recordOffloadSuccess({ table: 'never declared', layer, rows: 1, durationSeconds: 1 });
    recordOffloadFailure({ table: 'quotes', layer, errorType: 'timeout', durationSeconds: 1 });
    recordCycleComplete({ layer, durationSeconds: 1, successful: 1, failed: 0, rows: 1 });
    setConfiguredTables({ layer, count: 3 });
    setPipelineInfo({ layer, version: '2', intervalSeconds: 3 });
    trackLag({ table: 'trades', layer, watermark: NOW });
    offload.enable();
    expect(offload.state).toBe('retired');
    expect(exported(layer)).toEqual({
      'offload_lifecycle_state retired': 1,
      'offload_table_retired_timestamp_seconds trades': NOW,
      'offload_table_retired_timestamp_seconds quotes': NOW,
    });
    declareOffload({ layer, tables: ['trades'], intervalSeconds: 900 });
    recordOffloadSuccess({ table: 'trades', rows: 7, layer, durationSeconds: 1 });
    expect(states(layer)).toEqual({ retired: 0, enabled: 1 });
    expect(readMetric(metrics.offloadRows, { table: 'trades', layer })).toBe(7);
    expect(readMetric(metrics.offloadTableRetired, { table: 'trades', layer })).toBeUndefined();
    recordOffloadSuccess({ table: 'never declared', rows: 3, layer, durationSeconds: 1 });
    expect(readMetric(metrics.offloadRows, { table: 'never declared', layer })).toBe(3);
  });

  test('that this code does not declare any more can be retired, and nothing throws', () => {
    retireOffload('gone');
    expect(exported('gone')).toEqual({ 'offload_lifecycle_state retired': 1 });
    for (const anything of [undefined, null, 7, '', {}]) retireOffload(anything as never);
  });
});

describe('a table', () => {
  test('that is retired exports when alone, whatever is recorded afterwards, until it is declared again', () => {
    const offload = declare();
    const { layer } = offload;
    offload.retireTable('quotes');
    recordOffloadSuccess({ table: 'quotes', layer, rows: 1, durationSeconds: 1, watermark: NOW });
    recordOffloadFailure({ table: 'quotes', layer, errorType: 'timeout', durationSeconds: 1 });
    trackLag({ table: 'quotes', layer, watermark: NOW });
    expect(offload.tables).toEqual(['trades']);
    expect(readMetric(metrics.offloadTablesConfigured, { layer })).toBe(1);
    const ofTable = Object.values(metrics).flatMap(({ descriptor, series }) =>
      series.cells
        .filter(({ values }) => values.includes('quotes') && values.includes(layer))
        .map(() => descriptor.name),
    );
    expect(ofTable).toEqual([metrics.offloadTableRetired.descriptor.name]);
    declareOffload({ layer, tables: ['quotes'], intervalSeconds: 900 });
    recordOffloadSuccess({ table: 'quotes', layer, rows: 5, durationSeconds: 1 });
    expect(readMetric(metrics.offloadRows, { table: 'quotes', layer })).toBe(5);
    expect(readMetric(metrics.offloadTableRetired, { table: 'trades', layer })).toBe(NOW);
  });

  test('of a former version of the code can be retired, and nothing throws', () => {
    const offload = declare();
    offload.retireTable('was here');
    expect(readMetric(metrics.offloadTableRetired, { table: 'was here', layer: offload.layer })).toBe(NOW);
    expect(readMetric(metrics.offloadTablesConfigured, { layer: offload.layer })).toBe(2);
    for (const anything of [undefined, null, 7, '', {}]) offload.retireTable(anything as never);
  });
});
