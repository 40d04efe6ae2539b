export { type LogFields, type Logger, type LogMethod, log, setLogger } from './port.ts';
export { logRun, type RunFields } from './run.ts';
