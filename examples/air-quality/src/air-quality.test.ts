import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { EXPECTED, measurementsAt, POLLUTANTS, STATIONS } from './measurements.ts';

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

test('settings that are wrong are all named', () => {
  expect(() => readConfig({ INTERVAL_SECONDS: 'often', METRICS_PORT: '99999' })).toThrow(
    'The settings are wrong:\n- METRICS_PORT must be a number from 0 to 65535, not "99999"\n- INTERVAL_SECONDS must be a number from 0.1, not "often"',
  );
  expect(readConfig({})).toMatchObject({ intervalSeconds: 60, freshnessObjectiveSeconds: 7_200 });
});
