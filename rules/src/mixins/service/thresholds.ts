import { seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/* What the alerts on processes of a service compare with: shares of what the process may use, and never megabytes, which are another number in each place (TR-22). */

export const memoryHigh = threshold(
  'service_memory_high_ratio',
  0.8,
  '003-A14: 400 MB of the 500 that a process may use. As a share of the limit of the heap or of the container, whichever is nearer.',
);

export const memoryNearLimit = threshold(
  'service_memory_near_limit_ratio',
  0.9,
  '003-A15: 450 MB of 500. Beyond the limit the process is ended, in the middle of what it does.',
);

export const filesNearLimit = threshold(
  'service_files_near_limit_ratio',
  0.8,
  'Beyond the limit no connection is accepted and no file opened; the fifth that is left is the time to find the leak.',
);

export const loopBlocked = threshold(
  'service_event_loop_delay_seconds',
  seconds(0.25),
  'A hundredth of all callbacks come a quarter of a second late or later: every request waits so long now and then, on top of its own work.',
);

export const restartsInARow = threshold(
  'service_restarts',
  3,
  'Three restarts within a quarter of an hour: a deployment is one, and a rollback another.',
);
