import { metricsIn, serviceLevels } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { panelQueries, substitute, variableValues } from '../../engine/queries.ts';
import { shippedDashboard } from '../shipped.support.ts';

const json = shippedDashboard(serviceLevels.SLO_DASHBOARD);
const values = variableValues(json);

test('SLO Tracking shows every series that the rules record of an SLO as a whole', () => {
  const shown = panelQueries(json).flatMap(({ expr }) => metricsIn(substitute(expr, values)));
  const { objective, window, events, bad, allowed, attained, remaining, level } = serviceLevels.seriesOf(
    serviceLevels.shippedSlos.slos,
  );
  for (const { record } of [objective, window, events, bad, allowed, attained, remaining, level])
    expect(shown).toContain(record);
});

test('SLOs of routes are among all jobs, though they have none', () => {
  expect(values).toMatchObject({ slo: '.+', job_name: '.*' });
});
