import { readFileSync } from 'node:fs';
import { buildRules } from '@sightglass/rules';
import { expect, test } from 'vitest';

/* The table of `docs/cost.md` was printed by the benchmark, which takes a quiet machine and a quarter of an hour: here it is held to be of the groups that ship. */

const page = readFileSync(new URL('../cost.md', import.meta.url), 'utf8');
const rows = [
  ...page.matchAll(/^\| (sightglass-[\w-]+) \| ([\d.]+) \| [\d.]+ \| (\d+) \| ([\d.]+) % \| (\w+) \|$/gm),
].map(([, group, median, interval, share, verdict]) => ({
  group,
  median: Number(median),
  interval: Number(interval),
  share: Number(share),
  verdict,
}));

test('it has every group that is evaluated more often than once an hour, at the interval that ships', () => {
  const groups = buildRules().flatMap(({ groups }) => groups);
  const shipped = groups
    .filter(({ interval }) => interval !== '1h')
    .map(({ name, interval }) => ({ group: name, interval: secondsOf(interval) }));
  expect(rows.map(({ group, interval }) => ({ group, interval }))).toEqual(
    shipped.toSorted((a, b) => (a.group < b.group ? -1 : 1)),
  );
});

test('each takes a tenth of its interval at most, and its share is what its seconds are', () => {
  for (const { group, median, interval, share, verdict } of rows) {
    expect.soft(share, group).toBeCloseTo((100 * median) / interval, 1);
    expect.soft(share, group).toBeLessThanOrEqual(10);
    expect.soft(verdict, group).toBe('met');
  }
});

function secondsOf(interval: string): number {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(interval)!;
  return Number(count) * (unit === 'm' ? 60 : 1);
}
