import { readFileSync } from 'node:fs';
import { serviceLevels } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/* Figures of the set-up guide and of what is rendered that the reference systems state, without starting what the guide starts. */

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const guide = read('docs/setup-guide.md');

test('scrapes and evaluates as often as reference system 002', () => {
  const set = (name: string) => new RegExp(`\\b${name}=(?:\\$\\{${name}:-)?(\\w+)`).exec(guide)?.[1];
  expect({ scrape: set('SCRAPE'), evaluate: set('EVALUATE') }).toEqual({ scrape: '30s', evaluate: '60s' });
});

interface Group {
  readonly name: string;
  readonly interval: string;
}
const intervals = Object.fromEntries(
  ['jobs', 'sync', 'offload', 'slo', 'telemetry'].flatMap((file) =>
    (parse(read(`rules/prometheus/${file}.yml`)) as { readonly groups: readonly Group[] }).groups.map(
      ({ name, interval }) => [name.replace('sightglass-', ''), interval],
    ),
  ),
);

test('alerts on jobs and syncs are evaluated every 30 seconds, what has long windows every minute or two', () => {
  expect(intervals).toEqual({
    'job-counts': '1m',
    jobs: '30s',
    'jobs-hourly': '1h',
    syncs: '30s',
    'syncs-hourly': '1h',
    offload: '30s',
    'offload-windows': '1m',
    'offload-hourly': '1h',
    slo: '1m',
    'slo-budgets': '2m',
    'slo-events': '1m',
    'slo-hourly': '1h',
    telemetry: '30s',
    'telemetry-hourly': '1h',
  });
});

test('an admin route that fails in part pages as late as is declared (002-S5)', () => {
  const slo = serviceLevels.shippedSlos.slos.find(({ name }) => name === 'admin-availability')!;
  const { objective, windowDays } = slo;
  /** Minutes until the first pair that pages sees a share of errors that began at once. */
  const minutesOf = (share: number) =>
    Math.min(
      ...serviceLevels
        .pairsFor(windowDays, 'page')
        .map((pair) => ({ pair, bad: serviceLevels.detectionSeconds(pair, windowDays, objective) }))
        .filter(({ pair, bad }) => bad < share * pair.long.durationSeconds)
        .map(({ bad }) => bad / share / 60),
    );
  const row = read('docs/reference-systems/002.md')
    .split('\n')
    .find((line) => line.startsWith('| 002-S5 |'))!;
  const [at100 = 0, at5 = 0, at1point3 = 0, at1 = 0] = [1, 0.05, 0.013, 0.01].map((share) =>
    Math.round(minutesOf(share)),
  );
  expect(row).toContain(
    `of 100 % errors it pages after ${at100} minute, of 5 % after ${at5}, of 1.3 % after ${at1point3}, of 1 % after ${at1}`,
  );
  const used = (0.01 * 15) / ((1 - objective) * windowDays * 24 * 60);
  expect(row).toContain(`use ${(used * 100).toFixed(1)} % of the budget`);
});
