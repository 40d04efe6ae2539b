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
  readonly running: readonly ChildProcess[];
}

/** Looks after worker processes: one that dies is replaced. `begun` is told of each. */
export function startWorkers(env: NodeJS.ProcessEnv, begun: (worker: ChildProcess) => void): Workers {
  const running = new Set<ChildProcess>();
  let wanted = 0;
  const start = (): ChildProcess => {
    const worker = fork(WORKER, { env: { ...process.env, ...env } });
    running.add(worker);
    worker.on('exit', () => {
      running.delete(worker);
      setTimeout(() => {
        if (running.size < wanted) start();
      }, RESTART_MS).unref();
    });
    begun(worker);
    return worker;
  };
  return {
    get running() {
      return [...running];
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
