import { expect, test } from 'vitest';
import { shippedDashboard, titlesOf } from '../shipped.support.ts';

test('System Impact has the thirteen panels of the reference system: its current numbers first, its graphs in its order', () => {
  const thirteen: readonly (string | undefined)[] = [
    'Current Resource Usage',
    'Memory (MB)',
    'Active DB Connections',
    'Requests/sec',
    'CPU Usage',
    'Memory Usage',
    'Database Query Duration',
    'API Response Time',
    'HTTP Requests Per Second',
    'Database Connection Pool',
    'Sync Impact on CPU',
    'Provider API Response Times',
    'Database Query Errors',
  ];
  const titles = titlesOf(shippedDashboard('sightglass-system'));
  expect(titles.filter((title) => thirteen.includes(title))).toEqual(thirteen);
});
