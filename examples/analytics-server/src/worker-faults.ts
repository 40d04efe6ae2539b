import { setTimeout as sleep } from 'node:timers/promises';

/** The message to a worker that it is to compute for so many seconds without a pause, again and again. */
export const BLOCK = 'analytics-example-block';

/** Lets this process do as it is told, until it is asked to end. */
export function takeFaults(ended: AbortSignal): void {
  process.on('message', async (message: { readonly [BLOCK]?: number }) => {
    const seconds = message?.[BLOCK];
    if (seconds === undefined) return;
    // It waits rather than computes: to whoever waits for the event loop that is the same, and the machine has other things to do.
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    while (!ended.aborted) {
      Atomics.wait(nobody, 0, 0, seconds * 1_000);
      await sleep(20);
    }
  });
}
