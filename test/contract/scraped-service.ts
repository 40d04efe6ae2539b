import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type ParsedFamily,
  parseStrictly,
} from '../../packages/core/src/exposition/parse-strictly.support.ts';

/** The service of `service.ts` in a process of its own. */
export interface ScrapedService {
  /** What `/metrics` answers, read strictly. */
  scrape(): Promise<readonly ParsedFamily[]>;
  /** Makes it use every helper; resolves when it has. */
  work(): Promise<void>;
  stop(): Promise<void>;
}

export async function startService(): Promise<ScrapedService> {
  const script = fileURLToPath(new URL('service.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@sightglass/source', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value as string | undefined;
  const url = await line();
  if (url === undefined) throw new Error('the service ended before it listened');
  return {
    async scrape() {
      const response = await fetch(`${url}/metrics`, { headers: { accept: 'text/plain' } });
      return parseStrictly(await response.text(), false);
    },
    async work() {
      child.stdin.write('work\n');
      if ((await line()) !== 'worked') throw new Error('the service ended while it worked');
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
