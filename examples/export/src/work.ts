import {
  declareOffload,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
} from '@sightglass/pipeline';

/** One cycle of an offload. It knows nothing of how its metrics leave the process. */
export function work(): void {
  declareOffload({ layer: 'bronze', tables: ['trades', 'quotes'], intervalSeconds: 900, version: '1.0.0' });
  recordOffloadSuccess({ table: 'trades', rows: 120_000, durationSeconds: 8.5, watermark: 1_795_000_000 });
  recordOffloadFailure({ table: 'quotes', errorType: 'timeout', durationSeconds: 30 });
  recordCycleComplete({ durationSeconds: 38.5, successful: 1, failed: 1, rows: 120_000 });
}
