import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` now and then every `seconds`, counted from the first start, so that the time the work takes never adds up to a drift.
 * Runs never overlap: the starts that a long run missed are left out. Resolves when `signal` is aborted and the run under way has ended.
 * Rejects when `work` does.
 */
export async function everyInterval(
  seconds: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const intervalMs = seconds * 1000;
  const first = performance.now();
  for (let turn = 0; !signal.aborted; ) {
    await work();
    const elapsed = performance.now() - first;
    turn = Math.max(turn + 1, Math.ceil(elapsed / intervalMs));
    await sleep(turn * intervalMs - elapsed, undefined, { signal }).catch(() => {});
  }
}
