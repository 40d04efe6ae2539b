/** What authors of a domain need beside what an application calls: helpers that record several metrics, runs, what adapters do to the host's objects, and what copies of a package share. */
export {
  addInOrder,
  after,
  around,
  givenOptions,
  isFirst,
  listen,
  longNames,
  numberOf,
  outliveIdle,
  readable,
  sharedInProcess,
  subjectOf,
  takeOut,
  unknownNames,
  withinSeconds,
} from './base/index.ts';
export { type DeclaredMetric, describe } from './catalog/index.ts';
export { healthReport } from './health/index.ts';
export {
  LIFECYCLE_STATES,
  Lifecycle,
  type LifecycleState,
  showState,
  type WithState,
} from './lifecycle/index.ts';
export { LINE_LEVELS, type LineLevel, logFrom, logRun, type RunFields, redact } from './logging/index.ts';
export { measureRun, type RunOptions, type RunResult, withRetries } from './run/index.ts';
export {
  COMMON,
  type CronSchedule,
  CronTimetable,
  checkStarts,
  EARLY_MS,
  type Instant,
  instants,
  LONGEST_WATCH_MS,
  NEST,
  NODE_CRON,
  QUEUE,
  type Reading,
  readCron,
  type Start,
  type Starts,
  type StartsOptions,
  StartWatch,
  type Timetable,
  timeOf,
  timetableOf,
  type Watched,
  watchTimers,
} from './schedule/index.ts';
export {
  type Clock,
  Handles,
  isServedElsewhere,
  type MetricsOfThing,
  metricsWith,
  neverThrows,
  processStore,
  type Store,
} from './store/index.ts';
