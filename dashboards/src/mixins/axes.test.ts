import { expect, test } from 'vitest';
import { shipped } from './shipped.support.ts';

/** What Grafana stretches to a hundred when nothing but zeros is on it: of shares, that is 10,000 %. */
const STRETCHED = ['short', 'percentunit'];

test('an axis of shares or numbers ends near zero when nothing else is on it', () => {
  const axes = shipped.flatMap(({ title, panels = [] }) =>
    panels
      .filter(({ type }) => type === 'timeseries')
      .flatMap((panel) => {
        const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
        const right = overrides.flatMap(({ properties = [] }) => {
          const value = (id: string) => properties.find((property) => property.id === id)?.value;
          return value('custom.axisPlacement') === undefined
            ? []
            : [{ unit: value('unit'), most: value('custom.axisSoftMax') }];
        });
        const left = { unit: defaults.unit, most: defaults.custom?.axisSoftMax };
        return [left, ...right].map((axis) => ({ panel: `${title}: ${panel.title}`, ...axis }));
      }),
  );
  const stretched = axes.filter(({ unit }) => STRETCHED.includes(unit as string));
  expect(stretched.length).toBeGreaterThan(10);
  expect(stretched.filter(({ most }) => !(typeof most === 'number' && most <= 1))).toEqual([]);
});
