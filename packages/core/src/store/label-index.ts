import type { LabelValues } from '../catalog/index.ts';

type Level<T> = Map<string, Level<T>> | Map<string, T>;

/**
 * Finds what belongs to a set of label values: one map for each label, nested in declaration order.
 * Nothing is joined into a key, so two different sets can't collide and a look-up allocates nothing.
 */
export class LabelIndex<T> {
  readonly #names: readonly string[];
  readonly #depth: number;
  readonly #first: string;
  readonly #second: string;
  readonly #root: Level<T> = new Map();
  #only: T | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#depth = names.length;
    this.#first = names[0] ?? '';
    this.#second = names[1] ?? '';
  }

  /** The entry for these labels, or undefined when there is none or a label is missing. Extra properties are not looked at. */
  get(labels: LabelValues | undefined): T | undefined {
    const depth = this.#depth;
    if (depth === 0) return this.#only;
    if (labels === undefined || labels === null) return undefined;
    // Two levels are written out because most metrics have no more: it halves the time of the loop below.
    let level: unknown = (this.#root as Map<string, unknown>).get(labels[this.#first]!);
    if (depth === 1 || level === undefined) return level as T | undefined;
    level = (level as Map<string, unknown>).get(labels[this.#second]!);
    for (let i = 2; i < depth && level !== undefined; i++) {
      level = (level as Map<string, unknown>).get(labels[this.#names[i]!]!);
    }
    return level as T | undefined;
  }

  /** The entry for label values in declaration order. */
  getValues(values: readonly string[]): T | undefined {
    if (values.length === 0) return this.#only;
    let level: unknown = this.#root;
    for (const value of values) {
      level = (level as Map<string, unknown>).get(value);
      if (level === undefined) return undefined;
    }
    return level as T;
  }

  set(values: readonly string[], entry: T): void {
    const last = values.length - 1;
    if (last < 0) {
      this.#only = entry;
      return;
    }
    let level = this.#root as Map<string, Level<T>>;
    for (let i = 0; i < last; i++) {
      let next = level.get(values[i]!);
      if (next === undefined) {
        next = new Map();
        level.set(values[i]!, next);
      }
      level = next as Map<string, Level<T>>;
    }
    (level as unknown as Map<string, T>).set(values[last]!, entry);
  }

  /** Forgets the entry and the maps that it leaves empty. */
  delete(values: readonly string[]): void {
    if (values.length === 0) {
      this.#only = undefined;
      return;
    }
    const path: Map<string, unknown>[] = [this.#root as Map<string, unknown>];
    for (let i = 0; i < values.length - 1; i++) {
      const next = path[i]!.get(values[i]!);
      if (next === undefined) return;
      path.push(next as Map<string, unknown>);
    }
    for (let i = values.length - 1; i >= 0; i--) {
      path[i]!.delete(values[i]!);
      if (path[i]!.size > 0) return;
    }
  }
}
