import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A worker that ends at once is not started again and again without a pause. */
const RESTART_MS = 1_000;

/** The worker processes of this one. */
export interface Workers {
  /** Starts so many and waits until they take events, or ends those that are more. */
  scale(count: number): Promise<void>;
  /** The one that was started last, and for how long it has taken events; undefined while it does not yet. */
  youngest(): { readonly process: ChildProcess; readonly upSeconds: number } | undefined;
}

/** Looks after worker processes: one that dies is replaced. `begun` is told of each. */
export function startWorkers(env: NodeJS.ProcessEnv, begun: (worker: ChildProcess) => void): Workers {
  const running = new Set<ChildProcess>();
  /** Since when those take events that do. */
  const upSinceMs = new Map<ChildProcess, number>();
  let wanted = 0;
  const start = (): ChildProcess => {
    const worker = fork(WORKER, { env: { ...process.env, ...env } });
    running.add(worker);
    worker.once('message', () => upSinceMs.set(worker, performance.now()));
    // What is sent to one that has just died is an error of its own; that it died is told below.
    worker.on('error', () => {});
    worker.on('exit', () => {
      running.delete(worker);
      upSinceMs.delete(worker);
      setTimeout(() => {
        if (running.size < wanted) start();
      }, RESTART_MS).unref();
    });
    begun(worker);
    return worker;
  };
  return {
    youngest() {
      const process = [...running].at(-1);
      const since = process && upSinceMs.get(process);
      return since === undefined
        ? undefined
        : { process: process!, upSeconds: (performance.now() - since) / 1_000 };
    },
    async scale(count) {
      wanted = count;
      const ending = [...running].slice(count);
      const starting: Promise<unknown>[] = [];
      while (running.size < wanted) {
        const worker = start();
        starting.push(Promise.race([once(worker, 'message'), once(worker, 'exit')]));
      }
      await Promise.all(starting);
      await Promise.all(
        ending.map((worker) => {
          worker.kill('SIGTERM');
          return once(worker, 'exit');
        }),
      );
    },
  };
}
