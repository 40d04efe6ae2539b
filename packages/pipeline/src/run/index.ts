export { declarePipeline, type Pipeline, type PipelineOptions } from './declare.ts';
export { RECORD_STATUSES, type RecordStatus } from './outcomes.ts';
export { type ProcessedRecords, recordRecords } from './records.ts';
export { retirePipeline } from './retire.ts';
export { type PipelineRun, pipelineRun } from './run.ts';
