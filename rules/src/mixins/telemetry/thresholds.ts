import { minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/** What the alerts on the measuring itself compare with. */

export const overflowedMeasurements = threshold(
  'sightglass_overflowed_measurements',
  0,
  'Any measurement in the overflow series is one whose labels are lost.',
);

export const droppedMeasurements = threshold(
  'sightglass_dropped_measurements',
  0,
  'Any dropped measurement is a number that the metrics do not show.',
);

export const ruleFailures = threshold(
  'sightglass_rule_failures',
  0,
  'A rule that can not be evaluated can not fire.',
);

export const missedIterations = threshold(
  'sightglass_missed_rule_iterations',
  1.5,
  'One iteration in 15 minutes may be left out while Prometheus starts or compacts; a group that leaves out two does not keep up. Half an iteration less than two, because increase() extrapolates.',
);

export const clockSkew = threshold(
  'sightglass_clock_skew_seconds',
  minutes(1),
  'Clocks that are kept by NTP differ by milliseconds, and what is pushed every 15 or 30 seconds looks that much behind. A minute is where alerts on jobs and tables that run every few minutes begin to be wrong.',
);

export const missingProcesses = threshold(
  'sightglass_missing_processes',
  0,
  'What a missing process measures is in no export, and one that is frozen or busy for five minutes does no work either.',
);

export const undeliveredNotifications = threshold(
  'sightglass_undelivered_notifications',
  0,
  'Every lost notification is an alert that somebody did not get.',
);
