import type { ChildProcess } from 'node:child_process';
import { type EventQueue, type EventSource, QueueFull, type TakenEvents } from './event-queue.ts';
import type { QueuedEvent, ToolEvent } from './events.ts';

/*
 * A queue in the memory of the API, from which the workers that it has started take by messages. Nothing needs to be installed for it; what is in it when the API dies is lost.
 */

/** From a worker: how many it would take, or what became of those that it has. */
type Asked = { readonly take: number } | { readonly done: boolean };
/** To a worker. */
interface Given {
  readonly events: readonly QueuedEvent[];
}

/** A message of the example itself; others may use the channel too. */
const CHANNEL = 'analytics-example';

export class MemoryQueue implements EventQueue {
  readonly #capacity: number;
  readonly #waiting: QueuedEvent[] = [];
  /** Workers that wait for events, and how many each would take. */
  readonly #asking = new Map<ChildProcess, number>();
  readonly #taken = new Map<ChildProcess, readonly QueuedEvent[]>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async add(events: readonly ToolEvent[]): Promise<void> {
    if (this.#waiting.length + events.length > this.#capacity) throw new QueueFull(this.#capacity);
    const enqueuedAt = Date.now() / 1000;
    for (const event of events) this.#waiting.push({ event, enqueuedAt, attempt: 1 });
    this.#handOut();
  }

  readonly depth = () => ({
    ready: this.#waiting.length,
    active: [...this.#taken.values()].reduce((sum, { length }) => sum + length, 0),
    oldestReady: this.#waiting[0]?.enqueuedAt ?? null,
  });

  serve(worker: ChildProcess): void {
    worker.on('message', (message: { readonly [CHANNEL]?: Asked }) => {
      const asked = message?.[CHANNEL];
      if (asked === undefined) return;
      if ('take' in asked) this.#asking.set(worker, asked.take);
      else this.#settle(worker, asked.done);
      this.#handOut();
    });
    worker.on('exit', () => {
      this.#asking.delete(worker);
      this.#settle(worker, false);
      this.#handOut();
    });
  }

  async close(): Promise<void> {}

  #settle(worker: ChildProcess, done: boolean): void {
    const events = this.#taken.get(worker) ?? [];
    this.#taken.delete(worker);
    if (!done) this.#waiting.unshift(...events.map((one) => ({ ...one, attempt: one.attempt + 1 })));
  }

  #handOut(): void {
    for (const [worker, most] of this.#asking) {
      if (this.#waiting.length === 0) return;
      this.#asking.delete(worker);
      if (!worker.connected) continue;
      const events = this.#waiting.splice(0, most);
      this.#taken.set(worker, events);
      worker.send({ [CHANNEL]: { events } satisfies Given });
    }
  }
}

/** The end of a worker: asks the process that has started it. It ends when that one is gone. */
export class MemorySource implements EventSource {
  #deliver: ((taken: TakenEvents | undefined) => void) | undefined;

  constructor() {
    process.on('message', (message: { readonly [CHANNEL]?: Given }) => {
      const given = message?.[CHANNEL];
      if (given === undefined) return;
      const settle = (done: boolean) => async () => this.#ask({ done });
      this.#answer({ events: given.events, done: settle(true), giveBack: settle(false) });
    });
    process.on('disconnect', () => this.#answer(undefined));
  }

  take(most: number): Promise<TakenEvents | undefined> {
    return new Promise((resolve) => {
      this.#deliver = resolve;
      if (!process.connected) this.#answer(undefined);
      else this.#ask({ take: most });
    });
  }

  async close(): Promise<void> {
    this.#answer(undefined);
  }

  #ask(asked: Asked): void {
    if (process.connected) process.send?.({ [CHANNEL]: asked });
  }

  #answer(taken: TakenEvents | undefined): void {
    this.#deliver?.(taken);
    this.#deliver = undefined;
  }
}
