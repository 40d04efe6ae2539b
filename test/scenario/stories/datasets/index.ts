import type { AlertStories, Story } from '../../story.ts';
import {
  datasetDisabled,
  datasetEmpty,
  datasetLate,
  datasetNeverLoaded,
  datasetShared,
  datasetStale,
  datasetUnreadable,
  datasetUnseen,
} from './freshness.ts';
import { datasetsKnown } from './known.ts';
import {
  datasetCheckBroken,
  datasetCheckMissing,
  datasetExpectationsWarned,
  datasetQualityLow,
  datasetQualityReduced,
} from './quality.ts';
import {
  datasetCompletenessLow,
  datasetIncomplete,
  datasetSchemaChanged,
  datasetValuesOutOfRange,
  datasetVolumeOutOfRange,
  datasetZeroRows,
} from './records.ts';

/** The stories of the alerts on data sets. */
export const datasetStories: readonly AlertStories[] = [
  datasetStale,
  datasetUnseen,
  datasetEmpty,
  datasetNeverLoaded,
  datasetQualityLow,
  datasetIncomplete,
  datasetLate,
  datasetQualityReduced,
  datasetExpectationsWarned,
  datasetCompletenessLow,
  datasetCheckMissing,
  datasetCheckBroken,
  datasetUnreadable,
  datasetZeroRows,
  datasetVolumeOutOfRange,
  datasetValuesOutOfRange,
  datasetSchemaChanged,
  datasetShared,
  datasetDisabled,
];

/** The stories of what is recorded of data sets. */
export const datasetRecordingStories: readonly Story[] = [...datasetsKnown];
