import { metricsIn } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { alerts } from '../alerts.ts';
import { dashboard } from '../dashboard.ts';
import { panelQueries, substitute, variableValues } from '../queries.ts';
import { schedulerDashboard } from './index.ts';

test('shows the average and every quantile that reference system 002 names', () => {
  const json = dashboard(schedulerDashboard, alerts);
  const asked = panelQueries(json)
    .filter(({ panel }) => panel === 'Sync Duration')
    .map(({ expr }) => substitute(expr, variableValues(json)));
  const quantiles = asked.flatMap((expr) => /histogram_quantile\((0\.\d+)/.exec(expr)?.[1] ?? []);
  expect(quantiles).toEqual(['0.5', '0.95', '0.99']);
  expect(asked.flatMap(metricsIn)).toContain('job_name:job_run_duration_seconds:mean_window');
});
