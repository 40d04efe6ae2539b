/**
 * Runs `work` under a time limit. When the limit passes, its signal is aborted and the promise rejects with a `TimeoutError`;
 * work that ignores its signal goes on in the background, but nobody waits for it.
 * Without a limit, or with one that is no positive number, the signal is aborted only by `parent`.
 */
export async function withTimeLimit<T>(
  limitSeconds: number | undefined,
  work: (signal: AbortSignal) => T | Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const signals = [limitSignal(limitSeconds), parent].filter((signal) => signal instanceof AbortSignal);
  const signal = AbortSignal.any(signals);
  if (signals.length === 0) return work(signal);
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    Promise.resolve()
      .then(() => work(signal))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The longest time that a timer of Node can wait: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

function limitSignal(seconds: number | undefined): AbortSignal | undefined {
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  return AbortSignal.timeout(Math.min(Math.max(1, Math.round(seconds * 1000)), LONGEST_MS));
}
