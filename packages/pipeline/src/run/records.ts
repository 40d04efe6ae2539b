import { neverThrows } from '@sightglass/core/authors';
import { pipelineRecords } from './metrics.ts';
import type { RecordStatus } from './outcomes.ts';

/** What {@link recordRecords} takes. */
export interface ProcessedRecords {
  /** The layer that they were meant for, such as `bronze`. */
  readonly layer: string;
  /** Default `success`. */
  readonly status?: RecordStatus;
  /** How many: those of this batch. Never a total that was counted before: a count of all of a table is a gauge. */
  readonly count: number;
}

/** Records that records were processed, where and when they are written. Never throws. */
export const recordRecords = neverThrows(
  pipelineRecords,
  ({ layer, status = 'success', count }: ProcessedRecords): void => {
    pipelineRecords.add(count, { layer, status });
  },
);
