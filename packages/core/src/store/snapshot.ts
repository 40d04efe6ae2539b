import type { MetricDescriptor } from '../catalog/index.ts';
import type { Cell } from './cells.ts';
import type { Store } from './store.ts';

/** One series as it was at the moment of the snapshot. */
export type SeriesSnapshot = {
  /** Label values in the descriptor's order. */
  readonly values: readonly string[];
  /** Wall time in ms at which the series began. */
  readonly startMs: number;
} & (
  | { readonly value: number }
  /** `bounds` are the upper bounds of its buckets; `counts` has one entry for each and one for +Inf, not cumulative. */
  | {
      readonly bounds: readonly number[];
      readonly counts: readonly number[];
      readonly sum: number;
      readonly count: number;
    }
);

/** One metric as it was at the moment of the snapshot. */
export interface FamilySnapshot {
  readonly descriptor: MetricDescriptor;
  readonly series: readonly SeriesSnapshot[];
}

/** A copy of all that the store holds, which later records don't change. Gauges that are not set are left out; so are metrics with no series. */
export function snapshot(store: Store): readonly FamilySnapshot[] {
  const families: FamilySnapshot[] = [];
  for (const { descriptor, series } of store.instruments()) {
    const copies = series.cells.flatMap(copy);
    if (copies.length > 0) families.push({ descriptor, series: copies });
  }
  return families;
}

function copy(cell: Cell): SeriesSnapshot[] {
  const { values, startMs } = cell;
  if ('counts' in cell)
    return [
      {
        values,
        startMs,
        bounds: cell.bounds.upper,
        counts: [...cell.counts],
        sum: cell.sum,
        count: cell.count,
      },
    ];
  return Number.isNaN(cell.value) ? [] : [{ values, startMs, value: cell.value }];
}
