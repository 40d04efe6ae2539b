import { expect, test } from 'vitest';
import { days, formatDuration, hours, minutes, parseDuration, seconds } from './duration.ts';

test.each([
  [minutes(30), '30m'],
  [minutes(90), '1h30m'],
  [hours(36), '1d12h'],
  [days(2), '2d'],
  [seconds(0.25), '250ms'],
  [seconds(61.5), '1m1s500ms'],
])('%o is %s, written and read', (duration, text) => {
  expect(formatDuration(duration)).toBe(text);
  expect(parseDuration(text)).toEqual(duration);
});

test('units may be more than the next one holds', () => {
  expect(parseDuration('90s')).toEqual(seconds(90));
});

test.each(['', '0s', '5', 'm', '1.5h', '30m1h', '-1m', ' 1m', '1w'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
