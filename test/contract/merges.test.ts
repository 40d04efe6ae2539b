import { declaredMetrics } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { mergeOf } from '../../packages/core/src/catalog/index.ts';

/* How the gauges of the packages are merged where one process serves for several. */

test('who did it last is told by a gauge that is there, is the latest or the highest, and has no further labels', () => {
  const byAnother = declaredMetrics.flatMap((metric) =>
    typeof metric.merge === 'object' ? [{ metric, judge: metric.merge.newestBy }] : [],
  );
  expect(byAnother.length).toBeGreaterThan(4);
  for (const { metric, judge } of byAnother) {
    const found = declaredMetrics.find(({ name }) => name === judge);
    expect(found, `${judge}, which ${metric.name} is judged by`).toBeDefined();
    expect(['latest', 'max']).toContain(mergeOf(found!));
    const names = metric.labels.map(({ name }) => name);
    expect(found!.labels.filter(({ name }) => !names.includes(name))).toEqual([]);
  }
});

test('what a container counts for all of its processes is not added up', () => {
  const ofContainer = declaredMetrics.filter(({ name }) => name.includes('cgroup'));
  expect(ofContainer.length).toBeGreaterThan(3);
  for (const metric of ofContainer) expect(mergeOf(metric), metric.name).toBe('max');
});

test('nothing that is the same in all processes is added up', () => {
  const added = declaredMetrics.filter((metric) => metric.kind === 'gauge' && mergeOf(metric) === 'sum');
  expect(added.length).toBeGreaterThan(3);
  expect(
    added
      .map(({ name }) => name)
      .filter((name) => /_(objective|ratio|interval|pages|state|enabled)(_|$)/.test(name)),
  ).toEqual([]);
});
