export {
  asError,
  classifyError,
  errorName,
  errorTypeOf,
  isTimeout,
  PROCESS_ERROR,
  TIMEOUT,
} from './errors.ts';
export { after, around, isFirst, listen, numberOf, outliveIdle, readable } from './host-object.ts';
export { addInOrder, takeOut } from './in-order.ts';
export { givenOptions, longNames, MAX_LABEL_LENGTH, subjectOf, unknownNames } from './known-names.ts';
export { lastingTimers, unheld } from './lasting-timers.ts';
export { quietly } from './quietly.ts';
export { type ForeignRuntime, foreignRuntime } from './runtime.ts';
export { say } from './say.ts';
export { sharedInProcess } from './shared.ts';
export { withinSeconds } from './time-limit.ts';
export { UnderWay } from './under-way.ts';
export { VERSION } from './version.ts';
export { type WarnOnce, warnOnce } from './warn-once.ts';
