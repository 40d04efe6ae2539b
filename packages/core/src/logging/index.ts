export {
  LINE_LEVELS,
  type LineLevel,
  type LogFields,
  type Logger,
  type LogMethod,
  log,
  logFrom,
  setLogger,
} from './port.ts';
export { redact } from './redact.ts';
export { logRun, type RunFields } from './run.ts';
