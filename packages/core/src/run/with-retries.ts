/** The waits double from one second, so that what was down for a moment is back, up to half a minute, so that a run of minutes still gets its attempts. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Makes attempts until one succeeds, `retries` of them have failed after the first, one throws what `isFinal` says no attempt can mend, or the signal is aborted. Rejects with the last error. */
export async function withRetries<R>(
  retries: number,
  {
    signal,
    isFinal,
    firstWaitMs = FIRST_WAIT_MS,
  }: {
    readonly signal: AbortSignal;
    readonly isFinal: (error: unknown) => boolean;
    readonly firstWaitMs?: number;
  },
  retried: () => void,
  work: (attempt: number) => R | Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt > retries || signal.aborted || isFinal(error)) throw error;
      await wait(Math.min(Math.max(LONGEST_WAIT_MS, firstWaitMs), firstWaitMs * 2 ** (attempt - 1)), signal);
      if (signal.aborted) throw error;
      retried();
    }
  }
}

/** Resolves after the time, or at once when the signal is aborted. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
