import type { AlertStories } from '../../story.ts';
import { httpDependencyFailing } from './dependencies.ts';
import { httpErrorRatioCritical, httpErrorRatioHigh } from './errors.ts';
import { httpLatencyHigh } from './latency.ts';

/** The stories of the alerts on HTTP requests. */
export const httpStories: readonly AlertStories[] = [
  httpErrorRatioCritical,
  httpErrorRatioHigh,
  httpLatencyHigh,
  httpDependencyFailing,
];
