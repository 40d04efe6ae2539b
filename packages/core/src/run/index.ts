export { measureRun, type RunOptions, type RunResult } from './measure-run.ts';
