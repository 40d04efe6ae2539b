import { log } from '@sightglass/core';
import { neverThrows, sharedInProcess } from '@sightglass/core/authors';
import { comparedRun } from '../statistics/compared.ts';
import * as metrics from './metrics.ts';
import { DEFAULTS } from './options.ts';
import { byDefault, declaredDataset, recordable, volumeOf } from './registry.ts';

interface OfDataset {
  readonly dataset: string;
  /** Default: the layer of the one declared data set of this name, else `default`. */
  readonly layer?: string | undefined;
}

const number = (value: unknown, least = -Infinity): number => {
  if (typeof value !== 'number' || !(value >= least) || !Number.isFinite(value))
    throw new TypeError('no number');
  return value;
};

/** What is told of completeness. */
export interface CompletenessResult {
  /** Records that should be there. */
  readonly expected: number;
  /** Those of them that are. More than expected is complete. */
  readonly found: number;
  /** Gaps in the data, such as hours or days without a record. Default: not told. */
  readonly gaps?: number | null | undefined;
}

/**
 * Records how many of the records that should be there were found. Of nothing that was expected nothing is missing. Never throws.
 * @example
 * recordCompleteness({ dataset: 'measurements', layer: 'gold', expected: 24 * stations, found, gaps: 2 });
 */
export const recordCompleteness = neverThrows(
  metrics.datasetCompleteness,
  (told: CompletenessResult & OfDataset): void => {
    const labels = recordable(told);
    if (labels === undefined) return;
    const expected = number(told.expected, 0);
    const found = number(told.found, 0);
    const gaps = told.gaps === undefined || told.gaps === null ? undefined : number(told.gaps, 0);
    byDefault(metrics.datasetCompletenessObjective, DEFAULTS.completenessObjectiveRatio, labels);
    metrics.datasetCompleteness.set(expected === 0 ? 1 : Math.min(1, found / expected), labels);
    metrics.datasetExpectedRecords.set(expected, labels);
    metrics.datasetMissingRecords.set(Math.max(0, expected - found), labels);
    if (gaps === undefined) metrics.datasetGaps.remove(labels);
    else metrics.datasetGaps.set(gaps, labels);
    metrics.datasetCompletenessMeasured.setToNow(labels);
  },
);

/** What is told of a load that ended well. */
export interface VolumeResult {
  /** Rows that it brought: 0 is a success that brought nothing, which is told of unless the declaration says that it may. */
  readonly rows: number;
  /** Those of them that are older than the time up to which the data set was already complete. Default 0. */
  readonly lateRows?: number | undefined;
}

/**
 * Records a load that ended well, and how much it brought. Never throws.
 * @example
 * recordVolume({ dataset: 'measurements', layer: 'gold', rows: 12_480, lateRows: 3 });
 */
export const recordVolume = neverThrows(metrics.datasetLoads, (told: VolumeResult & OfDataset): void => {
  const labels = recordable(told);
  if (labels === undefined) return;
  const rows = number(told.rows, 0);
  const late = number(told.lateRows ?? 0, 0);
  byDefault(metrics.datasetLoadMinRows, DEFAULTS.minRows, labels);
  for (const outcome of ['rows', 'zero_rows'] as const) metrics.datasetLoads.init({ ...labels, outcome });
  metrics.datasetLoads.add(1, { ...labels, outcome: rows > 0 ? 'rows' : 'zero_rows' });
  metrics.datasetLoadedRows.add(rows, labels);
  metrics.datasetLateRows.add(late, labels);
  metrics.datasetLoadRows.set(rows, labels);
  metrics.datasetLastLoad.setToNow(labels);
  const declared = declaredDataset(labels);
  if (declared?.lifecycle.state === 'enabled') comparedRun(volumeOf(declared.options), rows);
});

/** What is told of the values of a column. */
export interface ValueRangeResult<C extends string = string> {
  readonly column: C;
  /**
   * The smallest and the largest value; `null` as databases say it of a column without any. Infinity is outside of a bound on its side, NaN of any bound, and neither is exported as a value. A smallest
   * of Infinity with a largest of -Infinity, as a search among no values ends, is no value. Default: not told.
   */
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
  /** Values outside of the range. Default: 1 where the smallest or the largest is outside of what is declared, else 0. */
  readonly outOfRange?: number | null | undefined;
}

/**
 * Records between which values those of a column lie, or how many lie outside of its range. Never throws.
 * @example
 * recordValueRange({ dataset: 'measurements', layer: 'gold', column: 'pm25', min: 0.2, max: 812 });
 */
export const recordValueRange = neverThrows(
  metrics.datasetValuesOutside,
  (told: ValueRangeResult & OfDataset): void => {
    const found = recordable(told);
    if (found === undefined) return;
    const { column, min, max, outOfRange } = told;
    const labels = { ...found, column };
    const isNone = min === Infinity && max === -Infinity;
    const values = isNone ? [] : [min, max].filter((value) => value !== undefined && value !== null);
    if (!values.every((value) => typeof value === 'number')) throw new TypeError('no number');
    const lower = metrics.datasetValueLowerBound.peek(labels);
    const upper = metrics.datasetValueUpperBound.peek(labels);
    const isBound = lower !== undefined || upper !== undefined;
    if (!isBound && values.some(Number.isNaN)) throw new TypeError('no number, and no bound that it breaks');
    const isOutside = (value: number) => !(value >= (lower ?? -Infinity) && value <= (upper ?? Infinity));
    const outside =
      outOfRange === undefined || outOfRange === null
        ? Number(values.some(isOutside))
        : number(outOfRange, 0);
    metrics.datasetValuesOutside.set(outside, labels);
    const isInverted = values.length === 2 && values[0]! > values[1]!;
    for (const [gauge, value] of [
      [metrics.datasetValueSmallest, isInverted ? max : min],
      [metrics.datasetValueLargest, isInverted ? min : max],
    ] as const)
      if (Number.isFinite(value)) gauge.set(value as number, labels);
      else gauge.remove(labels);
    metrics.datasetValuesMeasured.setToNow(labels);
  },
);

/** What is told of a schema. */
export interface SchemaResult {
  /** Each column and its type, in the words of the database. */
  readonly columns: { readonly [column: string]: string };
}

/** A table that was exchanged for another one tells no more with its thousandth column. */
const MOST_LINES = 100;

type Change = 'added' | 'removed' | 'changed';

interface SeenSchema {
  readonly expected: ReadonlyMap<string, string>;
  readonly differences: ReadonlySet<string>;
}

/** What was seen of each data set whose declaration names no columns, and by what the last look differed, so that a change counts once. */
const seen = () => sharedInProcess('@sightglass/pipeline/schemas/1', () => new Map<string, SeenSchema>());

/**
 * Records the columns of a data set and by what they differ from those that it declares; where it declares none, from those that this process saw first. Which columns
 * became different is a line of the log. Never throws.
 * @example
 * recordSchema({ dataset: 'measurements', layer: 'gold', columns: { station: 'text', pm25: 'double precision' } });
 */
export const recordSchema = neverThrows(
  metrics.datasetSchemaDifferences,
  (told: SchemaResult & OfDataset): void => {
    const labels = recordable(told);
    if (labels === undefined) return;
    const columns = new Map(Object.entries(columnsOf(told.columns)));
    const key = JSON.stringify([labels.dataset, labels.layer]);
    const declared = declaredDataset(labels)?.options.columns;
    const before = seen().get(key);
    const expected =
      declared === undefined ? (before?.expected ?? columns) : new Map(Object.entries(declared));
    // A table that is not there yet, or that can't be seen, is none to compare others with.
    const isNone = declared === undefined && expected.size === 0;
    const found = differencesOf(expected, columns);
    const differences = new Set(found.map(({ change, column }) => `${change} ${column}`));
    if (!isNone) seen().set(key, { expected, differences });
    for (const change of ['added', 'removed', 'changed'] as const)
      metrics.datasetSchemaChanges.init({ ...labels, change });
    const fresh = found.filter(({ change, column }) => !before?.differences.has(`${change} ${column}`));
    for (const { change } of fresh) metrics.datasetSchemaChanges.add(1, { ...labels, change });
    if (fresh.length > MOST_LINES)
      log().warn(
        { ...labels, columns: fresh.length - MOST_LINES },
        'schema differs in more columns than are told',
      );
    for (const { change, column } of fresh.slice(0, MOST_LINES)) {
      const types = { expected: expected.get(column), observed: columns.get(column) };
      log().warn({ ...labels, column, change, ...types }, 'schema differs from what is expected');
    }
    metrics.datasetSchemaDifferences.set(differences.size, labels);
    metrics.datasetSchemaMeasured.setToNow(labels);
  },
);

function columnsOf(columns: SchemaResult['columns']): SchemaResult['columns'] {
  const isList = Array.isArray(columns) || typeof columns !== 'object' || columns === null;
  if (isList || !Object.values(columns).every((type) => typeof type === 'string'))
    throw new TypeError('no columns with a type each');
  return columns;
}

function differencesOf(
  expected: ReadonlyMap<string, string>,
  columns: ReadonlyMap<string, string>,
): { readonly change: Change; readonly column: string }[] {
  return [
    ...[...columns.keys()]
      .filter((column) => !expected.has(column))
      .map((column) => ({ change: 'added' as const, column })),
    ...[...expected].flatMap(([column, type]): { readonly change: Change; readonly column: string }[] => {
      const observed = columns.get(column);
      if (observed === undefined) return [{ change: 'removed', column }];
      return observed === type ? [] : [{ change: 'changed', column }];
    }),
  ];
}

/** Forgets which columns were seen first. */
export function forgetSchema(labels: { readonly dataset: string; readonly layer: string }): void {
  seen().delete(JSON.stringify([labels.dataset, labels.layer]));
}
