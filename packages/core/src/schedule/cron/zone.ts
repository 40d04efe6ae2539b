const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;
const WEEK = 7 * DAY;
/** Changes are looked for in spans of this length, each once. */
const SPAN = 53 * WEEK;
/** How many calm times are kept: those around now, and those that a rare date is looked for in. */
const CALMS_KEPT = 16;

/** When the clocks of a zone change, and by how much, in milliseconds. */
export interface ClockChange {
  readonly atMs: number;
  readonly byMs: number;
  /** What the clocks show more than UTC from then on. */
  readonly offsetMs: number;
}

/** The time around a moment in which the clocks of a zone show UTC and always the same more, and the changes at its ends; infinite where none is near. */
export interface Calm {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
  readonly before: ClockChange | undefined;
  readonly after: ClockChange | undefined;
}

/** A time zone, as far as it must be known when its clocks change. What was found out is kept, because asking costs far more than looking it up. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #changes = new Map<number, readonly ClockChange[]>();
  /** Each with the time in which it is known to hold: where no change was found near, none was looked for further away. */
  #calms: { readonly calm: Calm; readonly fromMs: number; readonly untilMs: number }[] = [];

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  }

  /** The changes from one time to another. A change that is taken back within a week is not seen. */
  changes(fromMs: number, untilMs: number): readonly ClockChange[] {
    const found: ClockChange[] = [];
    for (let i = Math.floor(fromMs / SPAN); i <= Math.floor(untilMs / SPAN); i++)
      found.push(...this.#changesIn(i));
    return found.filter(({ atMs }) => atMs > fromMs && atMs <= untilMs);
  }

  /** The calm time around a moment. A zone whose clocks do not change for a year on one side is taken to let them alone. */
  around(ms: number): Calm {
    const known = this.#calms.find(({ fromMs, untilMs }) => ms >= fromMs && ms < untilMs);
    if (known !== undefined) return known.calm;
    const changes = this.changes(ms - SPAN, ms + SPAN);
    const before = changes.findLast(({ atMs }) => atMs <= ms);
    const after = changes.find(({ atMs }) => atMs > ms);
    const calm = {
      fromMs: before?.atMs ?? Number.NEGATIVE_INFINITY,
      untilMs: after?.atMs ?? Number.POSITIVE_INFINITY,
      offsetMs: before?.offsetMs ?? (after === undefined ? this.offsetAt(ms) : after.offsetMs - after.byMs),
      before,
      after,
    };
    if (this.#calms.length >= CALMS_KEPT) this.#calms = [];
    this.#calms.push({ calm, fromMs: before?.atMs ?? ms - SPAN, untilMs: after?.atMs ?? ms + SPAN });
    return calm;
  }

  /** What the clocks of the zone show more than UTC. */
  offsetAt(ms: number): number {
    const name = this.#format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /([+\u2212-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(name) ?? [];
    const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
    return sign === undefined || sign === '+' ? offset : -offset;
  }

  #changesIn(span: number): readonly ClockChange[] {
    let found = this.#changes.get(span);
    if (found === undefined) {
      found = this.#search(span * SPAN);
      this.#changes.set(span, found);
    }
    return found;
  }

  #search(fromMs: number): readonly ClockChange[] {
    const found: ClockChange[] = [];
    let before = this.offsetAt(fromMs);
    for (let week = fromMs; week < fromMs + SPAN; week += WEEK) {
      const after = this.offsetAt(week + WEEK);
      if (after !== before) {
        const atMs = this.#firstAt(after, week, week + WEEK);
        found.push({ atMs, byMs: after - before, offsetMs: after });
      }
      before = after;
    }
    return found;
  }

  /** The second from which the offset holds. */
  #firstAt(offset: number, fromMs: number, untilMs: number): number {
    let [before, after] = [fromMs, untilMs];
    while (after - before > SECOND) {
      const middle = before + Math.floor((after - before) / 2 / SECOND) * SECOND;
      if (this.offsetAt(middle) === offset) after = middle;
      else before = middle;
    }
    return after;
  }
}

const zones = new Map<string, Zone>();

/** What is known of a zone. Throws a `RangeError` where this machine does not know it. */
export function zoneOf(timezone: string): Zone {
  const known = zones.get(timezone) ?? new Zone(timezone);
  zones.set(timezone, known);
  return known;
}

/** Whether this machine knows the time zone. */
export function isTimezone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The time zone of the process, which is what schedulers take when none is given. */
export const localTimezone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
