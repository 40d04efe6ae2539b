export { declareQueue, type Queue } from './declare.ts';
export { type DepthReader, type QueueReading, type TrackQueueOptions, trackQueue } from './depth.ts';
export type { QueueOptions } from './options.ts';
export { ITEM_OUTCOMES, ITEM_STATES, type ItemOutcome, type ItemState, itemOutcomes } from './outcomes.ts';
export {
  type BatchResult,
  type CountedItems,
  type EventResult,
  type ObservedBatch,
  observeBatch,
  type RecordedEvent,
  recordDeadLetters,
  recordEnqueued,
  recordEvent,
  recordRedriven,
  recordWorkerError,
  type WorkerError,
} from './record.ts';
export { retireQueue, stopQueues } from './retire.ts';
export type { Batch, BatchItemFacts, ItemFacts } from './run.ts';
