export type { Cycle, TableResult } from './cycle.ts';
export { declareOffload, type Offload } from './declare.ts';
export type { OffloadOptions } from './options.ts';
export {
  type ConfiguredTables,
  type CycleComplete,
  type CycleReport,
  type CycleStatus,
  type OffloadFailure,
  type OffloadSuccess,
  type PipelineInfo,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
  setConfiguredTables,
  setPipelineInfo,
} from './record.ts';
export { retireOffload } from './retire.ts';
export { type TrackLagOptions, trackLag, type Watermark } from './watermark.ts';
