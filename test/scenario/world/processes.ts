import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Stage } from './stage.ts';

/** A real thread whose metrics the process of the story serves. */
export interface ServedThread {
  /** Nothing goes on in it any more. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** Lets the process that has been started serve a thread for as long as `work` takes. */
export async function servingThread(
  { process: { endpoint, processes } }: Stage,
  work: (thread: ServedThread) => Promise<void>,
): Promise<void> {
  const served = await processes.serveProcesses({ handOverSeconds: 0.1 });
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(new URL('./served-thread.ts', import.meta.url), {
    execArgv: ['--conditions=@sightglass/source'],
  });
  const wake = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  try {
    await once(thread, 'message');
    while (!(await endpoint.createExposition().text()).includes('thread_work_total 1')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await work({
      async freeze() {
        Atomics.store(gate, 0, 0);
        thread.postMessage(gate);
        await once(thread, 'message');
      },
      async thaw() {
        wake();
        await once(thread, 'message');
      },
    });
  } finally {
    wake();
    await thread.terminate();
    served.close();
  }
}
