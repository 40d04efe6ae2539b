import type { BoundCounter, BoundHistogram } from '@sightglass/core';
import { describe } from '@sightglass/core/authors';
import { Store, type StoreOptions } from '../../../packages/core/src/store/index.ts';
import { BUCKETS, COUNTER, HISTOGRAM, randomNumbers, SERIES_PER_LABEL_SET } from '../inputs.ts';

export const SERIES = 5_000;
export const LABEL_SETS = Math.floor(SERIES / SERIES_PER_LABEL_SET);
export const VALUES = randomNumbers(4_096).map((number) => Math.exp(number * 7));

/** What a worker records: a counter and a histogram of 8 buckets, of two labels. */
export class Recording {
  readonly store: Store;
  readonly #counters: BoundCounter[] = [];
  readonly #histograms: BoundHistogram[] = [];

  constructor(options: StoreOptions = {}) {
    this.store = new Store(options);
    const labels = ['table', 'layer'];
    const counter = this.store.counter(describe('counter', COUNTER, { help: 'Rows.', labels }));
    const histogram = this.store.histogram(
      describe('histogram', HISTOGRAM, { help: 'Durations.', labels, buckets: BUCKETS }),
    );
    for (let i = 0; i < LABEL_SETS; i++) {
      const set = { table: `table_${i}`, layer: 'bronze' };
      this.#counters.push(counter.bind(set));
      this.#histograms.push(histogram.bind(set));
    }
  }

  /** Records in every `every`th label set. */
  record(every: number, turn: number): void {
    for (let i = turn % every; i < LABEL_SETS; i += every) {
      const value = VALUES[(i * 7 + turn) % VALUES.length]!;
      this.#counters[i]!.add(Math.floor(value));
      this.#histograms[i]!.record(value);
    }
  }
}
