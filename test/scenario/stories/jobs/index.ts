import type { AlertStories, Story } from '../../story.ts';
import { jobFailing, jobStuck } from './failing.ts';
import { jobsKnown } from './known.ts';
import { jobLate, jobMemoryHigh, jobOverlapping, jobSlow } from './runs.ts';
import { jobNameShared } from './shared.ts';
import { jobDisabled, jobNeverSucceeded, jobStale } from './stale.ts';
import { jobMissedRun } from './starts.ts';
import { jobGone, jobStopped } from './stopped.ts';
import { jobWindows } from './windows.ts';

/** The stories of the alerts on jobs. */
export const jobStories: readonly AlertStories[] = [
  jobGone,
  jobStopped,
  jobFailing,
  jobStuck,
  jobMissedRun,
  jobStale,
  jobNeverSucceeded,
  jobSlow,
  jobLate,
  jobOverlapping,
  jobMemoryHigh,
  jobDisabled,
  jobNameShared,
];

/** The stories of what is recorded of jobs. */
export const jobRecordingStories: readonly Story[] = [...jobWindows, ...jobsKnown];
