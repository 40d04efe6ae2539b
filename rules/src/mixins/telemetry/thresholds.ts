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

export const undeliveredNotifications = threshold(
  'sightglass_undelivered_notifications',
  0,
  'Every lost notification is an alert that somebody did not get.',
);
