import type { MetricDescriptor } from '../catalog/index.ts';
import { processStore, snapshot } from '../store/index.ts';

/** For tests: the series of a metric as `label=value …` without the empty labels, and the value of each: of a histogram its count, and only of what was recorded. */
export function seriesOf({ name }: MetricDescriptor): Record<string, number> {
  const family = snapshot(processStore()).find(({ descriptor }) => descriptor.name === name);
  const names = family?.descriptor.labels.map((label) => label.name) ?? [];
  return Object.fromEntries(
    family?.series.flatMap((series) => {
      if ('count' in series && series.count === 0) return [];
      const labels = names.flatMap((label, i) =>
        series.values[i] === '' ? [] : [`${label}=${series.values[i]}`],
      );
      return [[labels.join(' '), 'count' in series ? series.count : series.value]];
    }) ?? [],
  );
}

/** For tests: takes every series of a metric away. */
export function forget(descriptor: MetricDescriptor): void {
  for (const instrument of processStore().instruments())
    if (instrument.descriptor.name === descriptor.name) instrument.removeAll({});
}
