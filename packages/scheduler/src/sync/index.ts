export { AllSourcesFailed } from './all-sources-failed.ts';
export { type CronSync, declareSync, type IntervalSync, type Sync } from './declare.ts';
export type { CronSyncOptions, IntervalSyncOptions, SyncFacts, SyncOptions } from './options.ts';
export { recordSyncRun, type SourceReport, type SyncRunReport } from './record.ts';
export { type SyncRun, syncRun, syncWork } from './run.ts';
export type { SourceResult, SourceRun } from './source-run.ts';
