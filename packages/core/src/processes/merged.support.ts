import { changesFrame, changesOf, Differences, FrameReader } from '../handover/index.ts';
import { Store, snapshot } from '../store/index.ts';
import type { Incarnation } from './incarnation.ts';
import { MergedStore } from './merged-store.ts';

/** A process in a test: a store, and what it hands over when it is told to, as bytes. */
export class TestProcess {
  readonly store: Store;
  readonly #merged: MergedStore;
  readonly #life: Incarnation;
  readonly #differences: Differences;
  #seq = 0;

  constructor(merged: MergedStore, place: string, store = new Store(), differences = new Differences(store)) {
    this.#merged = merged;
    this.store = store;
    this.#life = merged.begin(place);
    this.#differences = differences;
  }

  /** The frames of one hand-over. */
  frames(): readonly Buffer[] {
    return this.#differences.take().map((changes) => changesFrame(this.#seq++, changes));
  }

  /** What a connection does with frames. */
  apply(frames: readonly Buffer[]): void {
    const reader = new FrameReader();
    for (const bytes of frames)
      for (const frame of reader.read(bytes)) {
        const { seq, changes } = changesOf(frame);
        this.#life.apply(changes, seq);
      }
  }

  handOver(): void {
    this.apply(this.frames());
  }

  end(): void {
    this.#life.end();
  }

  /** The same process in a new connection, after it has lost the one before. */
  again(place: string): TestProcess {
    return new TestProcess(this.#merged, place, this.store, this.#differences.again());
  }
}

/** A process that serves for others, which exist in the test alone. */
export function serving(own = new Store()) {
  const merged = new MergedStore(own, async () => {});
  let places = 0;
  return {
    own,
    merged,
    process: () => new TestProcess(merged, String(++places)),
    /** What is exported of a metric: by label values the value, or the counts and the sum of a histogram. */
    async read(name: string): Promise<{ readonly [labels: string]: unknown }> {
      await merged.collect();
      const family = snapshot(merged).find(({ descriptor }) => descriptor.name === name);
      return Object.fromEntries(
        (family?.series ?? []).map((one) => [
          one.values.join(),
          'value' in one ? one.value : [...one.counts, one.sum],
        ]),
      );
    },
  };
}
