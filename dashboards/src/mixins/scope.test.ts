import { expect, test } from 'vitest';
import { isPromql } from '../engine/model.ts';
import { panelQueries, substitute, variableQuery, variableValues } from '../engine/queries.ts';
import { renderDashboards } from '../render.ts';
import { shipped, shippedDashboard } from './shipped.support.ts';

/* Every shipped dashboard tells estates apart. */

const SCOPE = ['cluster', 'namespace', 'environment'];

test.each(shipped)(
  '$uid offers the scope labels first, each filtering the next, and begins with all',
  (json) => {
    const [source, ...others] = json.templating?.list ?? [];
    expect(source?.name).toBe('datasource');
    expect(others.slice(0, 3).map(({ name }) => name)).toEqual(SCOPE);
    others.slice(0, 3).forEach(({ query, allValue, current, multi }, i) => {
      expect({ allValue, multi, value: current?.value }).toEqual({
        allValue: '.*',
        multi: true,
        value: '$__all',
      });
      const { expr, label } = variableQuery(query)!;
      expect(label).toBe(SCOPE[i]);
      for (const [k, name] of SCOPE.entries()) expect(expr.includes(`${name}=~"$${name}"`)).toBe(k < i);
    });
    for (const { query } of others.slice(3).filter(({ type }) => type === 'query'))
      for (const name of SCOPE) expect(variableQuery(query)?.expr).toContain(`${name}=~"$${name}"`);
  },
);

test.each(shipped)(
  '$uid names the estate of every series, and takes the choice along to other dashboards',
  (json) => {
    const legends = (json.panels ?? []).flatMap(({ targets = [] }) =>
      targets.filter(isPromql).map((target) => target.legendFormat),
    );
    const names = SCOPE.map((label) => `{{${label}}}`).join(' ');
    for (const legend of legends) expect(legend?.startsWith(`${names} `)).toBe(true);
    const { links } = json as { links?: { url: string }[] };
    expect(links?.length).toBeGreaterThan(0);
    for (const { url } of links ?? [])
      for (const name of ['datasource', ...SCOPE]) expect(url).toContain(`\${${name}:queryparam}`);
  },
);

test('what both dashboards can choose goes along too', () => {
  const { links } = shippedDashboard('sightglass-scheduler') as { links?: { title: string; url: string }[] };
  expect(links?.find(({ title }) => title === 'System Impact')?.url).toContain(`\${job_name:queryparam}`);
  expect(links?.find(({ title }) => title === 'System Impact')?.url).not.toContain('{source:queryparam}');
});

test('an installation with other labels, or with none, is asked for those', () => {
  const own = renderDashboards({ scope: ['team'] }).map(({ json }) => json);
  for (const json of own) {
    expect(json).toContain('team=~');
    expect(json).not.toContain('environment');
  }
  for (const { json } of renderDashboards({ scope: [] })) expect(json).not.toMatch(/cluster|environment/);
});

test('a selector chooses its labels for good', () => {
  const json = shippedDashboard('sightglass-offload', { selector: { namespace: 'prod' } });
  const values = variableValues(json);
  expect(Object.keys(values)).not.toContain('namespace');
  for (const { expr } of panelQueries(json)) expect(substitute(expr, values)).toContain('namespace="prod"');
});
