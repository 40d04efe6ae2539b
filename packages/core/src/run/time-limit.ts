/**
 * Runs `work` under a time limit. When the limit passes, its signal is aborted and the promise rejects with a `TimeoutError`;
 * work that ignores its signal goes on in the background, but nobody waits for it.
 * Without a limit the signal is aborted only by `parent`.
 */
export async function withTimeLimit<T>(
  limitSeconds: number | undefined,
  work: (signal: AbortSignal) => T | Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const limit =
    limitSeconds === undefined ? undefined : AbortSignal.timeout(Math.max(1, limitSeconds * 1000));
  const signals = [limit, parent].filter((signal) => signal !== undefined);
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
