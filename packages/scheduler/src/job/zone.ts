const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
/** Changes are looked for in stretches of this length, each once. */
const STRETCH = 366 * DAY;

/** When the clocks of a zone change, and by how much, in milliseconds. */
export interface ClockChange {
  readonly atMs: number;
  readonly byMs: number;
}

/** A time in which the clocks of a zone show what UTC does and always the same more. */
export interface Calm {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
}

/** A time zone, as far as it must be known when its clocks change. What was found out is kept, because asking costs far more than looking it up. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #changes = new Map<number, readonly ClockChange[]>();
  #calm: Calm | undefined;

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  }

  /** The changes from one time to another. A change that is taken back within a day is not seen. */
  changes(fromMs: number, untilMs: number): readonly ClockChange[] {
    const found: ClockChange[] = [];
    for (let i = Math.floor(fromMs / STRETCH); i <= Math.floor(untilMs / STRETCH); i++)
      found.push(...this.#changesIn(i));
    return found.filter(({ atMs }) => atMs > fromMs && atMs <= untilMs);
  }

  /** The calm time around `ms`, which ends well before the next change and begins well after the last; undefined near a change. */
  calmAt(ms: number): Calm | undefined {
    if (this.#calm !== undefined && ms >= this.#calm.fromMs && ms < this.#calm.untilMs) return this.#calm;
    const changes = this.changes(ms - STRETCH, ms + STRETCH);
    const before = changes.findLast(({ atMs }) => atMs <= ms);
    const after = changes.find(({ atMs }) => atMs > ms);
    const calm = {
      fromMs: before === undefined ? ms - STRETCH : before.atMs + marginOf(before),
      untilMs: after === undefined ? ms + STRETCH : after.atMs - marginOf(after),
      offsetMs: this.#offsetAt(ms),
    };
    if (ms < calm.fromMs || ms >= calm.untilMs) return undefined;
    this.#calm = calm;
    return calm;
  }

  #changesIn(stretch: number): readonly ClockChange[] {
    let found = this.#changes.get(stretch);
    if (found === undefined) {
      found = this.#search(stretch * STRETCH);
      this.#changes.set(stretch, found);
    }
    return found;
  }

  #search(fromMs: number): readonly ClockChange[] {
    const found: ClockChange[] = [];
    let before = this.#offsetAt(fromMs);
    for (let day = fromMs; day < fromMs + STRETCH; day += DAY) {
      const after = this.#offsetAt(day + DAY);
      if (after !== before) found.push({ atMs: this.#firstAt(after, day, day + DAY), byMs: after - before });
      before = after;
    }
    return found;
  }

  /** The second from which the offset holds. */
  #firstAt(offset: number, fromMs: number, untilMs: number): number {
    let [before, after] = [fromMs, untilMs];
    while (after - before > SECOND) {
      const middle = before + Math.floor((after - before) / 2 / SECOND) * SECOND;
      if (this.#offsetAt(middle) === offset) after = middle;
      else before = middle;
    }
    return after;
  }

  #offsetAt(ms: number): number {
    const name = this.#format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /([+\u2212-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(name) ?? [];
    const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
    return sign === undefined || sign === '+' ? offset : -offset;
  }
}

/** Within it a time of day may be one that does not exist, or that comes twice. */
const marginOf = ({ byMs }: ClockChange): number => Math.abs(byMs) + HOUR;

const zones = new Map<string, Zone>();

/** What is known of a zone. Throws a `RangeError` where this machine does not know it. */
export function zoneOf(timezone: string): Zone {
  const known = zones.get(timezone) ?? new Zone(timezone);
  zones.set(timezone, known);
  return known;
}
