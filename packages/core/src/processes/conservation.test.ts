import { afterEach, beforeEach, expect, test } from 'vitest';
import { snapshot, systemClock } from '../store/index.ts';
import { exportedStore } from '../store/process-store.ts';
import { type RealWorker, type Serving, serveReal } from './served.support.ts';

/*
 * Processes and threads come and go as they do in production, and die as they do there. Each counts known work by a label of its own; what is served is compared with it after every
 * step. `PROCESSES_STEPS` and `PROCESSES_SEED` ask for more steps than the usual ones, or for the same again.
 */
const STEPS = Number(process.env.PROCESSES_STEPS ?? 20);
const SEED = Number(process.env.PROCESSES_SEED ?? 20_261_130);
const MOST_WORKERS = 4;
/** Beyond what a scrape may take, by so much that a slow machine does not reach it. */
const SCRAPE_LIMIT_MS = 20_000;

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Known {
  readonly kind: string;
  readonly process: RealWorker['process'] | undefined;
  readonly obey: RealWorker['obey'];
  terminate(): Promise<unknown>;
  /** All that it was told to do. */
  sent: number;
  /** What was handed over for certain. */
  settled: number;
  /** What was last served of it. */
  served: number;
}

let here: Serving;
beforeEach(async () => {
  here = await serveReal();
});
afterEach(() => here.close());

/** What has been handed over, without asking anybody for more. */
function handedOver(): Map<string, number> {
  const family = snapshot(exportedStore()).find(({ descriptor }) => descriptor.name === 'work_done_total');
  return new Map((family?.series ?? []).map((one) => [one.values[0]!, 'value' in one ? one.value : 0]));
}

test(`nothing is lost beyond the last hand-over, doubled or taken back in ${STEPS} deaths, freezes and restarts`, async () => {
  const random = randomFrom(SEED);
  const all: Known[] = [];
  const living = new Set<Known>();
  let total = 0;

  async function come(): Promise<void> {
    const kind = String(all.length);
    const known =
      random() < 0.5
        ? await here.thread().then(({ worker, obey }) => ({
            process: undefined,
            obey,
            terminate: () => worker.terminate(),
          }))
        : await here.child().then(({ process, obey, ended }) => ({
            process,
            obey,
            terminate: () => {
              process.kill('SIGKILL');
              return ended;
            },
          }));
    const worker = { kind, sent: 0, settled: 0, served: 0, ...known };
    all.push(worker);
    living.add(worker);
  }

  async function work(worker: Known): Promise<void> {
    const amount = Math.floor(random() * 5);
    worker.sent += amount;
    await worker.obey({ done: amount, kind: worker.kind, seconds: random() });
    // What a thread has counted is there, whatever becomes of it.
    if (worker.process === undefined) worker.settled = worker.sent;
  }

  /** Within an interval it is handed over, though nobody asks. */
  async function settle(worker: Known): Promise<void> {
    if (worker.process === undefined) return;
    await expect.poll(() => handedOver().get(worker.kind) ?? 0, { interval: 20 }).toBe(worker.sent);
    worker.settled = worker.sent;
  }

  async function scrape(): Promise<void> {
    const began = systemClock.monotonicMs();
    await exportedStore().collect();
    expect(systemClock.monotonicMs() - began, 'the time of a scrape').toBeLessThan(SCRAPE_LIMIT_MS);
    check();
  }

  function check(): void {
    const served = handedOver();
    for (const worker of all) {
      const now = served.get(worker.kind) ?? 0;
      expect(now, `worker ${worker.kind} never goes down`).toBeGreaterThanOrEqual(worker.served);
      expect(now, `worker ${worker.kind} has what it handed over`).toBeGreaterThanOrEqual(worker.settled);
      expect(now, `worker ${worker.kind} is not doubled`).toBeLessThanOrEqual(worker.sent);
      worker.served = now;
    }
    const sum = [...served.values()].reduce((all, one) => all + one, 0);
    expect(sum, 'the total never goes down').toBeGreaterThanOrEqual(total);
    total = sum;
  }

  const deaths: readonly ((worker: Known) => Promise<unknown>)[] = [
    // Killed with all of its work handed over, and in the middle of it.
    async (worker) => {
      await settle(worker);
      await worker.terminate();
    },
    (worker) => worker.terminate(),
    // Ends by itself: a recycled worker.
    async (worker) => {
      await worker.obey({ exit: true });
      await settle(worker);
    },
    // Frozen for a while, and killed in it.
    async (worker) => {
      worker.process?.kill('SIGSTOP');
      await scrape();
      await worker.terminate();
    },
  ];

  for (let step = 0; step < STEPS; step++) {
    while (living.size < MOST_WORKERS) await come();
    await Promise.all([...living].map(work));
    const candidates = [...living];
    const worker = candidates[Math.floor(random() * candidates.length)]!;
    const kind = Math.floor(random() * (deaths.length + 1));
    if (kind === deaths.length) {
      worker.process?.kill('SIGSTOP');
      await scrape();
      worker.process?.kill('SIGCONT');
      await settle(worker);
    } else {
      await deaths[kind]!(worker);
      living.delete(worker);
    }
    await scrape();
  }
  await Promise.all([...living].map(settle));
  await scrape();
  await expect.poll(() => here.read('sightglass_processes')).toBe(living.size + 1);
  for (const worker of all) {
    const lost = worker.sent - (handedOver().get(worker.kind) ?? 0);
    expect(lost, `what worker ${worker.kind} lost`).toBeLessThanOrEqual(worker.sent - worker.settled);
  }
});
