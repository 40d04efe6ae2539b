import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Mode } from './modes.ts';

/** How much of it. */
export interface Extent {
  readonly mode: Mode;
  /** The least number of calls of each exported function and what comes from it. */
  readonly callsPerFunction: number;
  /** Default: the time. */
  readonly seed?: number;
  /** Told of each function when it is done. */
  readonly done?: (name: string) => void;
}

/** What came of it. */
export interface Outcome {
  readonly calls: { readonly [name: string]: number };
  /** One for each function that threw or hung, or for an exposition that is not valid. */
  readonly faults: readonly string[];
}

/** What the process says, a line each. */
export type Said =
  | { readonly began: string }
  | { readonly ended: string; readonly calls: number; readonly fault?: string }
  | { readonly fault: string };

/** A function that has not come back after this long holds the event loop, or waits for ever. */
const HANGS_MS = 300_000;

/** Fuzzes every function in a process of its own, since a mode begins before the packages are loaded. */
export async function runMode({ mode, callsPerFunction, seed = Date.now(), done }: Extent): Promise<Outcome> {
  const calls: { [name: string]: number } = {};
  const faults: string[] = [];
  const main = fileURLToPath(new URL('in-mode.ts', import.meta.url));
  const args = ['--conditions=@sightglass/source', '--disable-warning=ExperimentalWarning', main];
  const child = spawn(process.execPath, [...args, mode, String(callsPerFunction), String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let current = 'the start';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-10_000);
  });
  let timer = setTimeout(() => {}, 0);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      faults.push(`${current} hangs`);
      child.kill('SIGKILL');
    }, HANGS_MS);
  };
  alive();
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const line of createInterface(child.stdout)) {
    alive();
    if (!line.startsWith('{')) continue;
    const said = JSON.parse(line) as Said;
    if ('began' in said) current = said.began;
    if ('ended' in said) {
      calls[said.ended] = said.calls;
      done?.(said.ended);
    }
    if ('fault' in said && said.fault !== undefined) faults.push(said.fault);
  }
  const code = await exit;
  clearTimeout(timer);
  if (code !== 0 && faults.length === 0)
    faults.push(`the process ended with ${code} in ${current}: ${errors}`);
  return { calls, faults };
}
