export { measureRun, type RunOptions, type RunResult } from './measure-run.ts';
export { withRetries } from './with-retries.ts';
