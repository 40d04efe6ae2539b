import type { Queue, QueueOptions } from '@sightglass/worker';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { minutes } from './time.ts';

/** The queue of most stories: room for a thousand; everything that it promises is in whole minutes. */
export const EVENTS = {
  name: 'events',
  capacity: 1_000,
  maxWaitSeconds: minutes(5),
  durationObjectiveSeconds: minutes(1),
  errorObjectiveRatio: 0.1,
} as const satisfies QueueOptions;

/** The label of that queue. */
export const QUEUE = { queue: 'events' };
/** The labels of an alert that names the service which consumed it. */
export const CONSUMED = { ...QUEUE, job: 'iceberg-scheduler' };

/** Where the items of a queue are: in a server of its own, which outlives the processes that use it, or in the memory of one. */
export class Items {
  /** When each item that is ready was put in, the oldest first. */
  readonly #ready: number[] = [];
  readonly #stage: Stage;
  deferred = 0;
  isReachable = true;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** So many more, or fewer: the oldest are taken. */
  change(by: number): void {
    this.#stage.note(by > 0 ? `${by} items come` : `${-by} items are taken`);
    if (by < 0) this.#ready.splice(0, -by);
    else this.#ready.push(...new Array<number>(by).fill(this.#stage.now));
  }

  /** What a process reads of it. */
  readonly read = () => {
    if (!this.isReachable) throw new Error('the server of the queue does not answer');
    return { ready: this.#ready.length, deferred: this.deferred, oldestReady: this.#ready[0] ?? null };
  };
}

/** Declares the queue in this process. */
export const declareEvents = (
  { worker }: Process,
  items?: Items,
  options: Partial<QueueOptions> = {},
): Queue =>
  worker.declareQueue({
    ...EVENTS,
    ...(items === undefined ? {} : { depth: items.read, shared: true }),
    ...options,
  });

/** For so long, each minute so many attempts end, `failed` of them badly. */
export async function works(
  stage: Stage,
  queue: Queue,
  duration: number,
  { perMinute = 60, failed = 0 }: { readonly perMinute?: number; readonly failed?: number } = {},
): Promise<void> {
  stage.note(`${perMinute} items a minute are worked off, ${failed} of them badly`);
  const end = stage.now + duration;
  while (stage.now < end) {
    queue.observeBatch({ size: perMinute, durationSeconds: 1, failed });
    await stage.wait(Math.min(minutes(1), end - stage.now));
  }
}
