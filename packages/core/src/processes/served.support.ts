import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Store, snapshot } from '../store/index.ts';
import { exportedStore, processStore, setExportedStore } from '../store/process-store.ts';
import { serve } from './serve.ts';
import type { Order } from './worker.support.ts';

const WORKER = fileURLToPath(new URL('./worker.support.ts', import.meta.url));
const PARENT = fileURLToPath(new URL('./parent.support.ts', import.meta.url));
const EXEC_ARGV = ['--conditions=@sightglass/source'];

/** A real child process, or thread, that does what it is told. */
export interface RealWorker {
  /** Resolves when it has done it. */
  obey(order: Order): Promise<void>;
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** A process that serves real others, in this one; close it. */
export interface Serving {
  readonly own: Store;
  readonly served: Awaited<ReturnType<typeof serve>>;
  child(env?: { readonly [name: string]: string }): Promise<RealWorker>;
  /** A process, or thread, that starts a thread: `parent.support.ts`. Resolves when that thread has ended. */
  parent(as: 'process' | 'thread', knows: boolean, order: Order, ends?: boolean): Promise<void>;
  thread(): Promise<{ obey(order: Order): Promise<void>; readonly worker: Worker }>;
  /** The value of a series after a collection, or undefined; of a histogram its count. */
  read(name: string, ...labels: string[]): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function serveReal(handOverSeconds = 0.1): Promise<Serving> {
  // The store of this process is made before there is an address that it would hand over to.
  processStore();
  const own = new Store();
  const served = await serve(own, { service: 'test', port: undefined, handOverSeconds });
  const children = new Set<ChildProcess>();
  return {
    own,
    served,
    async child(env = {}) {
      const process = fork(WORKER, {
        execArgv: EXEC_ARGV,
        env: { ...globalThis.process.env, ...env },
      });
      children.add(process);
      const ended = once(process, 'exit').finally(() => children.delete(process));
      await once(process, 'message');
      const obey = async (order: Order) => {
        process.send(order);
        await answer(process, ended);
      };
      return { process, ended, obey };
    },
    async parent(as, knows, order, ends = false) {
      const argv = [knows, order, ends].map((each) => JSON.stringify(each));
      const one =
        as === 'process'
          ? fork(PARENT, argv, { execArgv: EXEC_ARGV })
          : new Worker(PARENT, { execArgv: EXEC_ARGV, argv });
      const ended = once(one, 'exit');
      await once(one, 'message');
      if (one instanceof Worker) await one.terminate();
      else one.disconnect();
      await ended;
    },
    async thread() {
      const worker = new Worker(WORKER, { execArgv: EXEC_ARGV });
      const ended = once(worker, 'exit');
      await once(worker, 'message');
      return {
        worker,
        async obey(order) {
          worker.postMessage(order);
          await answer(worker, ended);
        },
      };
    },
    async read(name, ...labels) {
      await exportedStore().collect();

      const family = snapshot(exportedStore()).find(({ descriptor }) => descriptor.name === name);
      const series = family?.series.find(({ values }) => values.join() === labels.join());
      return series === undefined ? undefined : 'value' in series ? series.value : series.count;
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      served.close();
      setExportedStore(undefined);
    },
  };
}

/** Resolves with the next message, or the end. */
function answer(from: NodeJS.EventEmitter, ended: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    from.once('message', () => resolve());
    void ended.then(() => resolve());
  });
}
