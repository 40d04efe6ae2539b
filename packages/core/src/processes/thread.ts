import { Differences, type ThreadStore } from '../handover/index.ts';
import type { Clock } from '../store/index.ts';
import type { Incarnation } from './incarnation.ts';

/** Who is asked at a collection, and when it was last heard of. */
export interface Asked {
  readonly heardMs: number;
  readonly hasBegun: boolean;
  readonly pid: number | undefined;
  ask(n: number, limitMs: number): Promise<void>;
  /** Nobody waits for that answer any more. */
  forget(n: number): void;
}

/** A thread of this process: its store is read here, and not told of. */
export class Thread implements Asked {
  readonly hasBegun = true;
  readonly pid = undefined;
  heardMs: number;
  readonly #store: ThreadStore;
  readonly #differences: Differences;
  readonly #incarnation: Incarnation;
  readonly #clock: Clock;
  #hasLived = true;

  constructor(store: ThreadStore, incarnation: Incarnation, clock: Clock) {
    this.#store = store;
    this.#differences = new Differences(store);
    this.#incarnation = incarnation;
    this.#clock = clock;
    this.heardMs = clock.monotonicMs();
  }

  get place(): number {
    return Number(this.#incarnation.place);
  }

  /** One that has not been at work has to answer: it may be this process that was held, or that looks again at once. */
  async ask(_n: number, limitMs: number): Promise<void> {
    const hasAnswered = await this.#store.collect(limitMs, !this.#hasLived).catch(() => false);
    if (hasAnswered) this.heardMs = this.#clock.monotonicMs();
  }

  forget(): void {}

  /** Looks whether it has been at work. */
  hear(): void {
    this.#hasLived = this.#store.hasLived();
    if (this.#hasLived) this.heardMs = this.#clock.monotonicMs();
  }

  /** Takes up what it has measured since the last look. */
  look(): void {
    if (this.#store.isAbandoned) return;
    for (const changes of this.#differences.take()) this.#incarnation.apply(changes);
  }

  end(): void {
    this.look();
    this.#incarnation.end();
  }
}
