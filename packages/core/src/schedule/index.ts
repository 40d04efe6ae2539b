export { COMMON, type CronSchedule, NEST, NODE_CRON, QUEUE, type Reading, readCron } from './cron/index.ts';
export { CronTimetable, EARLY_MS } from './cron-timetable.ts';
export { instants } from './instants.ts';
export { IntervalTimetable } from './interval-timetable.ts';
export { StartWatch, type Watched } from './start-watch.ts';
export { checkStarts, type Starts, type StartsOptions, timetableOf } from './starts.ts';
export { type Instant, type Start, type Timetable, timeOf } from './timetable.ts';
export { LONGEST_WATCH_MS, watchTimers } from './watch-timer.ts';
