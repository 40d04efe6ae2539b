import { type SpawnOptions, spawn } from 'node:child_process';
import { requiredServerPath } from './server-path.ts';

export interface ProgramResult {
  /** 127 when the program could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without a standard input. Its status is an answer, never an exception. */
export function runProgram(
  path: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: stderr + error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

export interface ToolOptions {
  /** Working directory. Default: this process's. */
  readonly cwd?: string;
}

/** Whose promtool judges stories: that of the oldest supported Prometheus, or of Prometheus 3 with `SIGHTGLASS_PROMETHEUS=3`. */
export const USUAL_PROMETHEUS: 2 | 3 = process.env.SIGHTGLASS_PROMETHEUS === '3' ? 3 : 2;

/** Runs promtool, of Prometheus 2 unless told otherwise. @throws Error when it is missing */
export const promtool = (
  args: readonly string[],
  options: ToolOptions & { version?: 2 | 3 } = {},
): Promise<ProgramResult> => runTool(options.version === 3 ? 'promtool3' : 'promtool', args, options);

/** Runs amtool. @throws Error when it is missing */
export const amtool = (args: readonly string[], options: ToolOptions = {}): Promise<ProgramResult> =>
  runTool('amtool', args, options);

function runTool(name: 'promtool' | 'promtool3' | 'amtool', args: readonly string[], { cwd }: ToolOptions) {
  // Rules make much garbage and keep little: collected a tenth as often, and by one thread as tests run side by side, a run takes a third less time.
  const env = { ...process.env, GOGC: '1000', GOMAXPROCS: '1' };
  return runProgram(requiredServerPath(name), args, cwd === undefined ? { env } : { cwd, env });
}
