import { expect, test } from 'vitest';
import { shipped } from '../mixins/index.ts';
import { diagnose } from './diagnose.ts';

test('what is measured from the first request on is waited for, not missing for good', () => {
  const reads = ['job_interval_seconds', 'http_server_request_duration_seconds_count'];
  // The client of the service has been measured already, so its HTTP metrics are in use.
  const names = new Set(['job_interval_seconds', 'http_client_request_duration_seconds_count']);
  expect(diagnose(shipped, [{ name: 'SloAdminAvailability', reads }], names)).toEqual([
    {
      subject: { name: 'SloAdminAvailability', reads },
      state: 'waits',
      reasons: ['http_server_request_duration_seconds_count appears after the first request'],
    },
  ]);
});
