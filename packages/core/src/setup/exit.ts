type ExitSignal = 'SIGTERM' | 'SIGINT';

const SIGNALS: readonly ExitSignal[] = ['SIGTERM', 'SIGINT'];

/**
 * Flushes when the process is asked to end, and when it has nothing left to do. The exit stays what it was:
 * if nobody else handles the signal it is raised again after the flush, so the process ends by it; if the host does, the host decides.
 * A second signal ends the process at once. Returns the function that takes the handlers away. `flush` must not reject.
 */
export function flushOnExit(flush: () => Promise<void>): () => void {
  let flushing = false;

  async function onSignal(signal: ExitSignal): Promise<void> {
    const mine = !othersHandle(signal);
    if (!flushing) {
      flushing = true;
      await flush();
      flushing = false;
    }
    if (!mine) return;
    remove();
    process.kill(process.pid, signal);
  }

  const onBeforeExit = () => void flush();
  const othersHandle = (signal: ExitSignal) => process.listenerCount(signal) - 1 - politeListeners() > 0;
  const remove = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('beforeExit', onBeforeExit);
  };

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.once('beforeExit', onBeforeExit);
  return remove;
}

/**
 * How many listeners belong to `signal-exit`, which many tools bring along. It only acts when it is alone, as we do: counted as a handler of the
 * host, each would wait for the other and the signal would be lost. The two places are those of its versions 4 and 3.
 */
function politeListeners(): number {
  type Emitter = { readonly count?: unknown };
  const v4 = (globalThis as { [key: symbol]: Emitter | undefined })[Symbol.for('signal-exit emitter')]?.count;
  const v3 = (process as { __signal_exit_emitter__?: Emitter }).__signal_exit_emitter__?.count;
  return [v4, v3].reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}
