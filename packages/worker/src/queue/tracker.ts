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

  constructor(options: QueueOptions, before: QueueTracker | undefined) {
    this.options = options;
    this.lifecycle = new Lifecycle(metrics.queueLifecycle, { queue: options.name }, 'enabled');
    this.#underWay = before === undefined ? new Map() : before.#underWay;
    this.#consumers = options.consumes === false ? undefined : 1;
    this.#showConsumers();
    this.#showUnderWay();
  }

  /** Goes over to a state of its lifecycle; a process that is not enabled takes no items. */
  to(state: 'enabled' | 'disabled' | 'standby' | 'stopping' | 'retired'): void {
    if (this.lifecycle.to(state)) this.#showConsumers();
  }

  /** Says how many consumers of this process take items. */
  consuming(consumers: number): void {
    this.#consumers = consumers;
    this.#showConsumers();
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
    else gauge.set(this.lifecycle.state === 'enabled' ? this.#consumers : 0, labels);
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
