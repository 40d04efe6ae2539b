export {
  type BullmqOptions,
  type BullmqQueueLike,
  type BullmqWorkerLike,
  bullmqDepth,
  instrumentBullmq,
} from './bullmq.ts';
export {
  type GraphileEventsLike,
  type GraphilePoolLike,
  type GraphileWorkerOptions,
  instrumentGraphileWorker,
} from './graphile-worker.ts';
export { instrumentPgBoss, type PgBossLike, type PgBossOptions } from './pg-boss.ts';
