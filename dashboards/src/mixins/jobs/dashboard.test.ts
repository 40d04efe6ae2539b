import { metricsIn } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { panelQueries, substitute, variableValues } from '../../engine/queries.ts';
import { shippedDashboard, titlesOf } from '../shipped.support.ts';

const scheduler = shippedDashboard('sightglass-scheduler');

test('Scheduler Health has the thirteen panels of the reference system in its order, its refresh and ranges', () => {
  const thirteen: readonly (string | undefined)[] = [
    'Scheduler Status',
    'Sync Success Rate (24h)',
    'Last Sync Time',
    'Total Syncs (24h)',
    'Sync Success vs Failures',
    'Sync Duration',
    'Models Updated Per Sync',
    'Last Sync Timestamp Per Provider',
    'Error Count (24h)',
    'Sync Interval Configuration',
    'Manual Trigger Count (24h)',
    'Providers Configured',
    'Error Rate Over Time',
  ];
  expect(titlesOf(scheduler).filter((title) => thirteen.includes(title))).toEqual(thirteen);
  expect(scheduler).toMatchObject({ refresh: '30s', time: { from: 'now-24h', to: 'now' } });
  const { quick_ranges: ranges } = (scheduler as { timepicker?: { quick_ranges?: { from: string }[] } })
    .timepicker!;
  expect([ranges?.at(0)?.from, ranges?.at(-1)?.from]).toEqual(['now-5m', 'now-7d']);
});

test('shows the average and every quantile that reference system 002 names', () => {
  const asked = panelQueries(scheduler)
    .filter(({ panel }) => panel === 'Sync Duration')
    .map(({ expr }) => substitute(expr, variableValues(scheduler)));
  const quantiles = asked.flatMap((expr) => /histogram_quantile\((0\.\d+)/.exec(expr)?.[1] ?? []);
  expect(quantiles).toEqual(['0.5', '0.95', '0.99']);
  expect(asked.flatMap(metricsIn)).toContain('job_name:job_run_duration_seconds:mean_window');
});
