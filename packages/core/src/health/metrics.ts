import { describe } from '../catalog/index.ts';
import { AFFECTS } from './options.ts';

/** What `/health` says, as series: an alert can read it without asking the endpoint. */
export const healthCheckStatus = describe('gauge', 'health_check_status', {
  help: 'Whether the last run of a health check passed (1) or failed (0), by the probe that fails with it.',
  labels: { check: String, affects: AFFECTS },
  merge: 'min',
});

export const healthCheckDuration = describe('gauge', 'health_check_duration_seconds', {
  help: 'How long the last run of a health check took.',
  labels: ['check'],
  merge: 'max',
});
