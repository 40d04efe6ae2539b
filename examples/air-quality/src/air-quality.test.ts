import { startPostgres } from '@sightglass/test-tools';
import { expect, onTestFinished, test } from 'vitest';
import { QUERIES } from './collectors.ts';
import { readConfig } from './config.ts';
import { EXPECTED, measurementsAt, POLLUTANTS, STATIONS } from './measurements.ts';
import { openPool, Warehouse } from './warehouse.ts';

test('the same minute gives the same measurements: plausible, of each station and pollutant, with a course of the day', () => {
  const at = new Date('2026-06-01T15:00:00Z');
  const measured = measurementsAt(at);
  expect(measured).toEqual(measurementsAt(at));
  expect(measured).toHaveLength(EXPECTED);
  expect(new Set(measured.map(({ station }) => station))).toEqual(new Set(STATIONS));
  for (const { pollutant, value } of measured) {
    expect(value).toBeGreaterThan(0.2 * POLLUTANTS[pollutant]);
    expect(value).toBeLessThan(3 * POLLUTANTS[pollutant]);
  }
  const ozone = (hour: string) =>
    measurementsAt(new Date(`2026-06-01T${hour}:00:00Z`)).find(({ pollutant }) => pollutant === 'o3')!.value;
  expect(ozone('15')).toBeGreaterThan(1.5 * ozone('03'));
});

test('TR-67: what is asked of a table that grows is found by an index', async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const warehouse = new Warehouse(openPool(postgres.url, 2));
  onTestFinished(() => warehouse.pool.end());
  await warehouse.prepare();
  await warehouse.pool.query(
    `insert into facts.fact_air_quality_measurements
     select n, 'hill', 'no2', 1, now() - n * interval '10 minutes', now() from generate_series(1, 20000) as n;
     analyze facts.fact_air_quality_measurements`,
  );
  for (const sql of [QUERIES.newest, QUERIES.rows]) {
    const { rows } = await warehouse.pool.query(`explain ${sql}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/gold_newest/);
    expect(plan).not.toMatch(/Seq Scan/);
  }
  expect(await warehouse.summary()).toEqual({
    total_measurements: expect.any(Number),
    // No check has run: that is no 0.
    avg_quality_score: null,
  });
});

test('settings that are wrong are all named', () => {
  expect(() => readConfig({ INTERVAL_SECONDS: 'often', METRICS_PORT: '99999' })).toThrow(
    'The settings are wrong:\n- METRICS_PORT must be a number from 0 to 65535, not "99999"\n- INTERVAL_SECONDS must be a number from 0.1, not "often"',
  );
  expect(readConfig({})).toMatchObject({ intervalSeconds: 60, freshnessObjectiveSeconds: 7_200 });
});
