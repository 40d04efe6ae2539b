import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds after which waiting fails. Default 300,000: what hangs is told from what is slow, on any machine. */
  readonly timeoutMs?: number;
  /** What is waited for, as the failure's message has it: `timed out after 5000 ms: <what>`. */
  readonly what: string;
  /** Milliseconds between two questions. Default 50; more for a question that keeps a server busy. */
  readonly pollMs?: number;
}

const patienceMs = 600_000;

/**
 * Asks again and again until the answer is truthy, and resolves with it. An answer that throws counts as "not yet"; the
 * last such error is the cause of the failure.
 */
export async function waitUntil<T>(
  ask: () => T | Promise<T>,
  { timeoutMs = patienceMs, what, pollMs = 50 }: WaitOptions,
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<Awaited<T>, false | null | undefined | 0 | ''>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) {
      const reason = cause instanceof Error ? ` (${cause.message})` : '';
      throw new Error(`timed out after ${timeoutMs} ms: ${what}${reason}`, { cause });
    }
    await sleep(pollMs);
  }
}

/**
 * A TCP port of the loopback interface that was free a moment ago. It lies below those that Linux gives to outgoing
 * connections (32768 and up), so that only another call like this one could take it first.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(15_000, 32_768);
    if (await isFree(port)) return port;
    if (attempt === 100) throw new Error('no free port was found');
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
