/** How long a stop waits for the table under way before it cancels it. */
const GRACE_MS = 5_000;

/** A stop that was asked for, in two steps. */
export interface StopSignals {
  /** Aborted at once: start nothing more. */
  readonly stopping: AbortSignal;
  /** Aborted five seconds later: break off what still runs. It is rolled back, so nothing is lost. */
  readonly cancelling: AbortSignal;
}

/** Listens for SIGTERM and SIGINT. */
export function listenForStop(): StopSignals {
  const stopping = new AbortController();
  const cancelling = new AbortController();
  const stop = () => {
    stopping.abort();
    setTimeout(() => cancelling.abort(), GRACE_MS).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  return { stopping: stopping.signal, cancelling: cancelling.signal };
}
