import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { telemetryAlerts } from './alerts.ts';
import { telemetryRecordings } from './recordings.ts';

export {
  collectorSuccess,
  droppedInWindow,
  overflowedInWindow,
  processesMissing,
  service,
  skew,
  targets,
} from './recordings.ts';

/** The measuring itself. */
export const telemetry = defineMixin({
  name: 'telemetry',
  about: 'The measuring itself: targets, readings, lost measurements, rules, notifications.',
  metrics: [
    {
      exportedBy: '@sightglass/core',
      metrics: Object.values(core).filter(({ name }) => /^(sightglass|health_check)_/.test(name)),
      appears: {
        sightglass_collector_success: 'when a metric is read by a callback',
        sightglass_collector_duration_seconds: 'when a metric is read by a callback',
        sightglass_measurements_dropped_total: 'after the first dropped measurement',
        sightglass_measurements_overflowed_total: 'after the first measurement in an overflow series',
        sightglass_processes: 'when a process that it serves has come',
        sightglass_processes_missing: 'when a process that it serves has come',
        sightglass_processes_ended_total: 'when a process that it serves has come',
        sightglass_processes_refused_total: 'when a process that it serves has come',
        sightglass_hand_overs_failed_total: 'when a process hands over to another',
        health_check_status: 'when a health check is declared',
        health_check_duration_seconds: 'when a health check is declared',
      },
    },
  ],
  groups: ({ target }) => [
    {
      name: 'sightglass-telemetry',
      interval: seconds(30),
      rules: [...telemetryRecordings, ...telemetryAlerts(target)],
    },
  ],
});
