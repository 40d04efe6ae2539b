/** Bits of a double below those that say in which eighth of which power of two it is: a sign, eleven bits of exponent and three of mantissa are left. */
const BITS_BELOW = 17;

const VALUE = new Float64Array(1);
const HALVES = new Int32Array(VALUE.buffer);
/** Which half of a double holds its sign and exponent on this machine. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** In which eighth of which power of two a number from 0 is, counted from 0. */
function eighthOf(value: number): number {
  VALUE[0] = value;
  return HALVES[HIGH]! >> BITS_BELOW;
}

/** The least number of an eighth. */
function leastOf(eighth: number): number {
  VALUE[0] = 0;
  HALVES[HIGH] = eighth << BITS_BELOW;
  return VALUE[0];
}

/** The upper bounds of a histogram's buckets, and which bucket a value falls into. Shared by all series that have the same ones. */
export class Bounds {
  /** Ascending, without +Inf. */
  readonly upper: readonly number[];
  /** The same for reading by position, with +Inf at the end. */
  readonly #searched: Float64Array;
  /** For each eighth of a power of two from the lowest bound to the highest: how many bounds are below it. The first stands for all that is lower too, the last for all that is higher. */
  readonly #below: Uint32Array;
  /** For each of them the first bound that is not below it, beside that number: read at once, not one after the other. */
  readonly #limit: Float64Array;
  readonly #lowest: number;
  readonly #last: number;
  /** Whether none of them holds more than one bound, so that one comparison finds the bucket. */
  readonly #isSparse: boolean;

  constructor(upper: readonly number[]) {
    this.upper = upper;
    this.#searched = Float64Array.from([...upper, Number.POSITIVE_INFINITY]);
    const positive = upper.filter((bound) => bound > 0);
    const lowest = eighthOf(positive[0] ?? 1) - 1;
    const highest = eighthOf(positive.at(-1) ?? 1) + 1;
    const below = new Uint32Array(highest - lowest + 1);
    const held = new Uint32Array(below.length);
    let passed = 0;
    for (let i = 0; i < below.length; i++) {
      const least = i === 0 ? 0 : leastOf(lowest + i);
      while (passed < upper.length && upper[passed]! < least) passed++;
      below[i] = passed;
    }
    for (const bound of upper) if (bound >= 0) held[Math.max(0, eighthOf(bound + 0) - lowest)]!++;
    this.#below = below;
    this.#limit = Float64Array.from(below, (first) => this.#searched[first]!);
    this.#lowest = lowest;
    this.#last = below.length - 1;
    this.#isSparse = Math.max(...held) <= 1;
  }

  /**
   * The position of the first bound that a number from 0 is not above; that of +Inf is the number of bounds. The bits of the number lead to the place, and one comparison does the
   * rest where no eighth holds two bounds: a search would have to stop somewhere, which can't be predicted, and a wrong guess costs more.
   */
  bucketOf(value: number): number {
    VALUE[0] = value;
    const eighth = (HALVES[HIGH]! >> BITS_BELOW) - this.#lowest;
    const at = Math.max(0, Math.min(eighth, this.#last));
    const bucket = this.#below[at]! + Number(value > this.#limit[at]!);
    return this.#isSparse ? bucket : this.#after(value, bucket);
  }

  /** Goes on from a bucket where an eighth holds several bounds. */
  #after(value: number, from: number): number {
    let bucket = from;
    while (value > this.#searched[bucket]!) bucket++;
    return bucket;
  }
}
