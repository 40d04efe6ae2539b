import { MAX_LABEL_LENGTH } from '../base/index.ts';
import type { LabelValues } from '../catalog/index.ts';
import { LabelIndex } from './label-index.ts';

/** How many sets of handles are kept; beyond it they are bound anew at each call, and the metrics' own bounds hold. */
const MAX_KEPT = 10_000;

/**
 * The bound handles of several metrics that share labels, found with one look-up: what a helper that records several metrics uses.
 * `bind` runs once for each new set of labels.
 */
export class Handles<L extends LabelValues, H> {
  readonly #names: readonly (keyof L & string)[];
  #index: LabelIndex<H>;
  readonly #bind: (labels: L) => H;
  #kept = 0;
  /** Changes when handles are forgotten. */
  #epoch = 0;

  constructor(names: readonly (keyof L & string)[], bind: (labels: L) => H) {
    this.#names = names;
    this.#index = new LabelIndex(names);
    this.#bind = bind;
  }

  /** The handles for these labels. Extra properties are not looked at, so a helper can pass its whole argument. */
  at(labels: L): H {
    return this.#index.get(labels) ?? this.#create(labels);
  }

  /** The same for labels that are always these: finds them at the first call, and anew when they were forgotten. What it returns allocates nothing. */
  bound(labels: L): () => H {
    let epoch = -1;
    let handles: H;
    return () => {
      if (epoch !== this.#epoch) {
        epoch = this.#epoch;
        handles = this.at(labels);
      }
      return handles;
    };
  }

  /** Forgets the handles of labels whose series were removed, so that the next call makes new series. */
  remove(labels: L): void {
    this.#epoch++;
    const values = this.#names.map((name) => labels[name]!);
    if (this.#index.getValues(values) === undefined) return;
    this.#index.delete(values);
    this.#kept--;
  }

  /** Forgets all handles, after more series were removed than can be named. The next call for each set of labels binds it anew. */
  clear(): void {
    this.#epoch++;
    this.#index = new LabelIndex(this.#names);
    this.#kept = 0;
  }

  #create(labels: L): H {
    const handles = this.#bind(labels);
    const values = this.#names.map((name): unknown => labels?.[name]);
    const keep =
      this.#kept < MAX_KEPT &&
      values.every((value) => typeof value === 'string' && value.length <= MAX_LABEL_LENGTH);
    if (keep) {
      this.#index.set(values as string[], handles);
      this.#kept++;
    }
    return handles;
  }
}
