export { type CronSchedule, readCron } from './read.ts';
export { COMMON, NEST, NODE_CRON, QUEUE, type Reading } from './reading.ts';
export { isTimezone, localTimezone } from './zone.ts';
