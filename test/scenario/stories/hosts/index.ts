import type { AlertStories } from '../../story.ts';
import * as containers from './containers.ts';
import * as machines from './machines.ts';
import * as targets from './targets.ts';

/** The stories of the alerts on machines, containers and targets. */
export const hostStories: readonly AlertStories[] = [targets, machines, containers].flatMap(
  (stories): AlertStories[] => Object.values(stories),
);
