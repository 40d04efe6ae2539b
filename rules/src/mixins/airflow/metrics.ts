import { type OutsideMetric, outside } from '../../engine/mixin/outside.ts';
import { airflowMetrics } from './table.ts';

/* What the mapping makes of Airflow's metrics: those of the table, histograms by their parts. */

const PARTS = ['bucket', 'sum', 'count'] as const;

const declared = new Map<string, OutsideMetric>();
for (const { name, type, help, labels = {}, from } of airflowMetrics) {
  const own = [...from, ...Object.keys(labels)];
  if (type === 'counter') declared.set(name, outside('counter', name, { help, labels: own }));
  else
    for (const part of PARTS)
      declared.set(
        `${name}_${part}`,
        outside('counter', `${name}_${part}`, { help, labels: part === 'bucket' ? [...own, 'le'] : own }),
      );
}

export const mapped: readonly OutsideMetric[] = [...declared.values()];

/** By its name. Throws when the table has none of it. */
export function airflowSeries(name: string): OutsideMetric {
  const found = declared.get(name);
  if (found === undefined) throw new Error(`The table of Airflow's metrics has no ${name}`);
  return found;
}
