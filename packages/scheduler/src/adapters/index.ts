export { bullmqProcessor, bullmqRepeat } from './bullmq.ts';
export { type CronerOptions, scheduleCroner } from './croner.ts';
export { type ByHand, byHand, InstrumentJob } from './nest.ts';
export { scheduleNodeCron } from './node-cron.ts';
export { pgBossHandler } from './pg-boss.ts';
export { type PushgatewayOptions, pushgateway } from './pushgateway.ts';
export { type RunOnceOptions, runOnce } from './run-once.ts';
export { every } from './timer.ts';
