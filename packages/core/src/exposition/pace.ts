import { systemClock } from '../store/index.ts';

/** How long one slice of work may hold the event loop: a tenth of the 20 ms that a large scrape must keep under, because a garbage collection may come on top. */
const SLICE_MS = 2;

/** Cuts long work into slices by the time that has passed, so that other work of the process gets its turn. */
export class Pace {
  #started = systemClock.monotonicMs();

  /** True when the work has held the event loop long enough and should {@link rest}. */
  due(): boolean {
    return systemClock.monotonicMs() - this.#started > SLICE_MS;
  }

  /** Lets everything that waits run, then starts a new slice. */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#started = systemClock.monotonicMs();
  }
}
