import { checkQuery, DEFAULT_SCOPE, problemText, shippedCatalog, thresholds } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { dashboardExpressions, variableValues } from '../../engine/queries.ts';
import { panelOf, shippedDashboard, titlesOf } from '../shipped.support.ts';

const UID = 'sightglass-offload';
const offload = shippedDashboard(UID);

test('the offload dashboard has the nine panels of the reference system in its order, its refresh, range and tags', () => {
  const nine: readonly (string | undefined)[] = [
    'Offload lag',
    'Success rate',
    'Configured tables',
    'Offload rate',
    'Offload duration',
    'Cycle duration',
    'Error rate',
    'Throughput quantiles',
    'Cycle status distribution',
  ];
  expect(titlesOf(offload).filter((title) => nine.includes(title))).toEqual(nine);
  expect(offload).toMatchObject({
    uid: UID,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    tags: ['iceberg', 'offload', 'cold-storage', 'generated'],
  });
});

test('the lines and the colours of panels follow the thresholds of the alerts', () => {
  const changed = shippedDashboard(UID, {
    scope: [],
    thresholds: {
      [thresholds.consecutiveFailuresCritical.thresholdKey]: 7,
      [thresholds.lagElevatedRatio.thresholdKey]: 0.9,
      [thresholds.cycleSlowRatio.thresholdKey]: 0.4,
    },
  });
  const overrides = JSON.stringify(panelOf(changed, 'Error rate'));
  expect(overrides).toContain('{"value":7,"color":"red"}');
  expect(panelOf(changed, 'Offload lag')?.targets?.[0]?.expr).toContain('> on (layer, table) 0.9 *');
  expect(panelOf(changed, 'Cycle duration')?.targets?.[3]?.expr).toMatch(/^0\.4 \* max by \(layer\)/);
});

test('the legend of "Offload rate" says the mean and the maximum, as the reference system does; others the last value', () => {
  const calcsOf = (title: string) =>
    (panelOf(offload, title) as { readonly options?: { readonly legend?: { readonly calcs?: unknown } } })
      .options?.legend?.calcs;
  expect(calcsOf('Offload rate')).toEqual(['mean', 'max']);
  expect(calcsOf('Offload duration')).toEqual(['lastNotNull', 'max']);
});

test("a team's selector stands in every query of our own series", () => {
  const selected = shippedDashboard(UID, { selector: { namespace: 'prod' } });
  const catalog = shippedCatalog([...DEFAULT_SCOPE]);
  for (const { expr } of dashboardExpressions(selected)) {
    expect(checkQuery(expr, { catalog }).map(problemText)).toEqual([]);
    const series = expr.match(/\b(?:layer\w*:)?offload_\w+(?::\w+)?(?:\{[^}]*\})?/g) ?? [];
    for (const each of series) expect(each).toContain('namespace="prod"');
  }
});

test('the drop-downs begin with everything, and the window with an hour', () => {
  expect(variableValues(offload)).toMatchObject({ layer: '.+', table: '.+', window: '3600' });
  expect(panelOf(offload, 'Offload rate')?.targets?.[0]?.expr).toContain(`[\${window}s]`);
});
