import * as batchMetrics from '../batch/metrics.ts';
import * as metrics from './metrics.ts';

/** What is exported of one queue, by metric and the other labels: `{ 'queue_items ready': 3 }`. A histogram is its count. */
export function exported(queue: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { descriptor, series } of Object.values({ ...metrics, ...batchMetrics })) {
    for (const cell of series.cells) {
      if (!cell.values.includes(queue) || ('value' in cell && Number.isNaN(cell.value))) continue;
      const others = cell.values.filter((value) => value !== queue);
      found[[descriptor.name, ...others].join(' ')] = 'value' in cell ? cell.value : cell.count;
    }
  }
  return found;
}

/** What has been counted of one queue, without what is 0. */
export const countedOf = (queue: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(exported(queue)).filter(([name, value]) => /_total|_size/.test(name) && value !== 0),
  );
