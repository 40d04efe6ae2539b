import { Lifecycle, processStore } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import type { QueueOptions } from './options.ts';

/** What a process knows of one queue that it has declared: whether it is meant to be worked off, by how many consumers, and what is under way. */
export class QueueTracker {
  readonly options: QueueOptions;
  readonly lifecycle: Lifecycle<{ readonly queue: string }>;
  /** When each piece of work that is under way began, in the order of their beginnings. */
  readonly #underWay: Map<object, number>;
  /** Undefined in a process that does not work the queue off. */
  #consumers: number | undefined;
  #isPausedElsewhere = false;
  /** Consumers that an adapter looks after: how many pieces of work each may have under way, and whether it takes any. */
  readonly #attached: Map<object, { readonly slots: number; readonly takes: boolean }>;

  constructor(options: QueueOptions, before: QueueTracker | undefined) {
    this.options = options;
    this.lifecycle = new Lifecycle(metrics.queueLifecycle, { queue: options.name }, 'enabled');
    this.#underWay = before === undefined ? new Map() : before.#underWay;
    this.#attached = before === undefined ? new Map() : before.#attached;
    this.#consumers = options.consumes === false ? undefined : 1;
    if (this.#attached.size > 0) this.#countAttached();
    else this.#showConsumers();
    this.#showUnderWay();
  }

  /** Consumers of this process that take items now. */
  get consumers(): number {
    return this.lifecycle.state === 'enabled' ? (this.#consumers ?? 0) : 0;
  }

  /** Goes over to a state of its lifecycle; a process that is not enabled takes no items. */
  to(state: 'enabled' | 'disabled' | 'standby' | 'stopping' | 'retired'): void {
    if (this.lifecycle.to(state)) this.#showConsumers();
  }

  /** Its server says whether somebody has paused it for all workers. What a person has said in this process stands. */
  pausedElsewhere(isPaused: boolean): void {
    if (isPaused && this.lifecycle.state === 'enabled') {
      this.to('disabled');
      this.#isPausedElsewhere = true;
    } else if (!isPaused && this.#isPausedElsewhere) {
      this.#isPausedElsewhere = false;
      if (this.lifecycle.state === 'disabled') this.to('enabled');
    }
  }

  /** Says how many consumers of this process take items. */
  consuming(consumers: number): void {
    this.#consumers = consumers;
    this.#showConsumers();
  }

  /** Says of a consumer that an adapter looks after whether it takes items, and how many at once. Undefined: it has ended. */
  attach(consumer: object, state: { readonly slots: number; readonly takes: boolean } | undefined): void {
    if (state === undefined) this.#attached.delete(consumer);
    else this.#attached.set(consumer, state);
    this.#countAttached();
  }

  #countAttached(): void {
    const all = [...this.#attached.values()];
    if (!this.#isRetired)
      metrics.queueSlots.set(
        all.reduce((sum, { slots }) => sum + slots, 0),
        { queue: this.options.name },
      );
    this.consuming(all.filter(({ takes }) => takes).length);
  }

  /** A piece of work begins. Returns the function that ends it; calling it again does nothing. */
  begin(): () => void {
    const work = {};
    this.#underWay.set(work, nowSeconds());
    this.#showUnderWay();
    return () => {
      if (this.#underWay.delete(work)) this.#showUnderWay();
    };
  }

  get #isRetired(): boolean {
    return this.lifecycle.state === 'retired';
  }

  #showConsumers(): void {
    const gauge = metrics.queueConsumers;
    const labels = { queue: this.options.name };
    if (this.#isRetired || this.#consumers === undefined) gauge.remove(labels);
    else gauge.set(this.consumers, labels);
  }

  #showUnderWay(): void {
    if (this.#isRetired) return;
    const labels = { queue: this.options.name };
    metrics.queueInFlight.set(this.#underWay.size, labels);
    const [oldest] = this.#underWay.values();
    if (oldest === undefined) metrics.queueWorkStarted.remove(labels);
    else metrics.queueWorkStarted.set(oldest, labels);
  }
}

/** By a clock that fails nothing is known of when it began, which the gauge drops. */
function nowSeconds(): number {
  try {
    return processStore().clock.wallMs() / 1000;
  } catch {
    return Number.NaN;
  }
}
