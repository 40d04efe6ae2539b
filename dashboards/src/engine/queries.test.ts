import { expect, test } from 'vitest';
import { panelQueries, substitute, variableValues } from './queries.ts';

const dashboard = {
  uid: 'd',
  panels: [
    {
      title: 'One',
      targets: [
        { refId: 'A', expr: 'a' },
        { refId: 'B', expr: 'b' },
      ],
    },
    { title: 'Two', targets: [{ refId: 'A', expr: 'c' }] },
    { title: 'Text' },
  ],
  templating: {
    list: [
      { name: 'layer', allValue: '.+', current: { value: '$__all' } },
      { name: 'window', current: { value: '3600' } },
    ],
  },
};

test('every query is listed with its dashboard and panel', () => {
  expect(panelQueries(dashboard)).toEqual([
    { dashboard: 'd', panel: 'One', refId: 'A', expr: 'a' },
    { dashboard: 'd', panel: 'One', refId: 'B', expr: 'b' },
    { dashboard: 'd', panel: 'Two', refId: 'A', expr: 'c' },
  ]);
});

test("the dashboard's and Grafana's variables are replaced, in either notation", () => {
  const values = variableValues(dashboard);
  const expr = `rate(x{layer=~"$layer"}[\${window}s]) + rate(y[$__rate_interval]) * $__range_s`;
  expect(substitute(expr, values)).toBe('rate(x{layer=~".+"}[3600s]) + rate(y[1m]) * 3600');
  expect(substitute(expr, { ...values, layer: 'bronze', window: '60' })).toContain('x{layer=~"bronze"}[60s]');
});

test('a variable without a value is an error that names it', () => {
  expect(() => substitute('x{a="$nobody"}', {})).toThrow('"nobody"');
});
