export {
  type BullmqOptions,
  type BullmqQueueLike,
  type BullmqWorkerLike,
  instrumentBullmq,
} from './bullmq.ts';
