import type { AlertStories, Story } from '../../story.ts';
import { dagMissedRun, dagSchedulerDown, dagSlaApproaching, dagSlaMissed } from './in-time.ts';
import { dagsKnown } from './known.ts';
import { dagFailed, dagLate, dagOverlapping, dagStuck, dagTaskFailed } from './runs.ts';
import { dagDisabled, dagGone, dagNameShared, dagNeverSucceeded, dagStale, dagStopped } from './stopped.ts';

/** The stories of the alerts on DAGs. */
export const dagStories: readonly AlertStories[] = [
  dagSchedulerDown,
  dagGone,
  dagStuck,
  dagStopped,
  dagFailed,
  dagSlaMissed,
  dagSlaApproaching,
  dagTaskFailed,
  dagMissedRun,
  dagStale,
  dagNeverSucceeded,
  dagLate,
  dagOverlapping,
  dagNameShared,
  dagDisabled,
];

/** The stories of what is recorded of DAGs. */
export const dagRecordingStories: readonly Story[] = [...dagsKnown];
