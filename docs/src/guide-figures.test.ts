import { readFileSync } from 'node:fs';
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
