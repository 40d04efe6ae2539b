import type { LabelValues } from '../catalog/index.ts';

/** Up to so many values are looked for one after the other, which is faster than a map. */
const SCANNED = 4;

/** What one label's values lead to: the next label's level or, at the last label, the entry. */
class Level {
  // Arrays of just the right size: one that is pushed to has room for 17.
  #keys: readonly string[] = [];
  #entries: readonly unknown[] = [];
  #map: Map<string, unknown> | undefined;

  get(key: string): unknown {
    if (this.#map !== undefined) return this.#map.get(key);
    const keys = this.#keys;
    for (let i = 0; i < keys.length; i++) if (keys[i] === key) return this.#entries[i];
    return undefined;
  }

  set(key: string, entry: unknown): void {
    const i = this.#keys.indexOf(key);
    if (this.#map !== undefined) this.#map.set(key, entry);
    else if (i >= 0) this.#entries = this.#entries.with(i, entry);
    else {
      this.#keys = this.#keys.concat([key]);
      this.#entries = this.#entries.concat([entry]);
      if (this.#keys.length > SCANNED) {
        this.#map = new Map(this.#keys.map((kept, k) => [kept, this.#entries[k]]));
        this.#keys = [];
        this.#entries = [];
      }
    }
  }

  /** Every entry, or that of one key. */
  matching(key: string | undefined): readonly unknown[] {
    if (key !== undefined) {
      const entry = this.get(key);
      return entry === undefined ? [] : [entry];
    }
    return this.#map === undefined ? this.#entries : [...this.#map.values()];
  }

  /** Forgets the entry. True when none is left. */
  delete(key: string): boolean {
    if (this.#map !== undefined) {
      this.#map.delete(key);
      return this.#map.size === 0;
    }
    const i = this.#keys.indexOf(key);
    if (i >= 0) {
      this.#keys = this.#keys.toSpliced(i, 1);
      this.#entries = this.#entries.toSpliced(i, 1);
    }
    return this.#keys.length === 0;
  }
}

/**
 * Finds what belongs to a set of label values: one level for each label, nested in declaration order.
 * Nothing is joined into a key, so two different sets can't collide and a look-up allocates nothing.
 */
export class LabelIndex<T> {
  readonly #names: readonly string[];
  readonly #depth: number;
  readonly #first: string;
  readonly #second: string;
  readonly #root = new Level();
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
    let level = this.#root.get(labels[this.#first]!);
    if (depth === 1 || level === undefined) return level as T | undefined;
    level = (level as Level).get(labels[this.#second]!);
    for (let i = 2; i < depth && level !== undefined; i++)
      level = (level as Level).get(labels[this.#names[i]!]!);
    return level as T | undefined;
  }

  /** The entry for label values in declaration order. */
  getValues(values: readonly string[]): T | undefined {
    if (values.length === 0) return this.#only;
    let level: unknown = this.#root;
    for (const value of values) {
      level = (level as Level).get(value);
      if (level === undefined) return undefined;
    }
    return level as T;
  }

  /** The entries whose label values are these, in declaration order; where one is undefined, whatever it is. A level whose value is given costs one look-up. */
  matching(values: readonly (string | undefined)[]): readonly T[] {
    if (values.length === 0) return this.#only === undefined ? [] : [this.#only];
    let found: readonly unknown[] = [this.#root];
    for (const value of values) found = found.flatMap((level) => (level as Level).matching(value));
    return found as readonly T[];
  }

  set(values: readonly string[], entry: T): void {
    const last = values.length - 1;
    if (last < 0) {
      this.#only = entry;
      return;
    }
    let level = this.#root;
    for (let i = 0; i < last; i++) {
      let next = level.get(values[i]!) as Level | undefined;
      if (next === undefined) {
        next = new Level();
        level.set(values[i]!, next);
      }
      level = next;
    }
    level.set(values[last]!, entry);
  }

  /** Forgets the entry and the levels that it leaves empty. */
  delete(values: readonly string[]): void {
    if (values.length === 0) {
      this.#only = undefined;
      return;
    }
    const path = [this.#root];
    for (let i = 0; i < values.length - 1; i++) {
      const next = path[i]!.get(values[i]!) as Level | undefined;
      if (next === undefined) return;
      path.push(next);
    }
    for (let i = values.length - 1; i >= 0; i--) if (!path[i]!.delete(values[i]!)) return;
  }
}
