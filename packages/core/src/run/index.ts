export { classifyError, PROCESS_ERROR, TIMEOUT } from './classify-error.ts';
export { measureRun, type RunOptions, type RunResult } from './measure-run.ts';
