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

/** Reference system 003: what each of its three dashboards has, in its order. */
const PANELS_OF_003: { readonly [uid: string]: readonly string[] } = {
  'sightglass-api': [
    'Request Rate',
    'Error Rate',
    'Response Time',
    'Events Received',
    'Requests Now',
    'Requests (24h)',
    'Failures (24h)',
    'API Uptime',
  ],
  'sightglass-queues': [
    'Current Queue Depth',
    'Processed (24h)',
    'Error Rate',
    'Average Batch Size',
    'Queue Depth',
    'Events Processed',
    'Processing Time',
    'Batch Size Distribution',
    'Worker Errors by Type',
    'Queue Operations',
  ],
  'sightglass-infrastructure': [
    'Memory Now',
    'Connections Now',
    'Event Loop Delay Now',
    'File Descriptors Now',
    'Query Duration',
    'Query Rate',
    'Connection Pool Use',
    'Cache Hit Rate',
    'Memory',
    'CPU',
  ],
};

test.each(Object.entries(PANELS_OF_003))(
  '%s has the panels of reference system 003, its refresh and its range',
  (uid, panels) => {
    const dashboard = shippedDashboard(uid);
    expect(titlesOf(dashboard).filter((title) => panels.includes(title ?? ''))).toEqual(panels);
    expect(dashboard).toMatchObject({ refresh: '10s', time: { from: 'now-1h', to: 'now' } });
  },
);
