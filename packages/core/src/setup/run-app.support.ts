import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A real application in a process of its own. */
export interface App {
  readonly child: ChildProcess;
  /** Everything that it has written, both streams. */
  output(): string;
  /** Resolves when the output contains `text`; rejects when the process ends before. */
  says(text: string): Promise<void>;
  /** How it ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** The folder of this package. */
export const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `code` as an ES module that may import `@sightglass/core` from its sources. The environment holds `env` and nothing of OpenTelemetry's. */
export function runApp(code: string, env: { readonly [name: string]: string } = {}): App {
  return runProgram(['--conditions=@sightglass/source', '--input-type=module', '-e', code], PACKAGE, env);
}

/** Runs Node with these arguments. */
export function runProgram(
  args: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string } = {},
): App {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(OTEL_|NODE_OPTIONS$|NODE_PATH$)/.test(name),
  );
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of heard) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    child,
    ended,
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output.includes(text)) return;
          heard.delete(look);
          resolve();
        };
        heard.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without saying ${JSON.stringify(text)}:\n${output}`)));
      }),
  };
}
