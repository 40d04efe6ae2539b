import type { AlertStories } from '../../story.ts';
import { serviceDown, serviceHealthCheckFailing, serviceNotReady } from './down.ts';
import {
  serviceCrashLooping,
  serviceEventLoopBlocked,
  serviceFilesNearLimit,
  serviceMemoryHigh,
  serviceMemoryNearLimit,
} from './processes.ts';

/** The stories of the alerts on services and their processes. */
export const serviceStories: readonly AlertStories[] = [
  serviceDown,
  serviceNotReady,
  serviceMemoryNearLimit,
  serviceMemoryHigh,
  serviceHealthCheckFailing,
  serviceCrashLooping,
  serviceEventLoopBlocked,
  serviceFilesNearLimit,
];
