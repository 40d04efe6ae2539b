import { type Instant, type Start, type Timetable, TOLERANCE_MS } from './timetable.ts';

/** After a longer silence the rest is passed over: nobody reads a thousand lines that say the same. */
const MOST_AT_ONCE = 1_000;

/**
 * Which starts of a plain interval are due. It runs on the monotonic clock, as timers do, so that a jump of the wall clock means nothing to it.
 * A timer may count from the start of the last run or from its end: a start is due one interval after the later of the two.
 */
export class IntervalTimetable implements Timetable {
  readonly #intervalMs: number;
  #dueMs = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  begin(now: Instant): void {
    this.#dueMs = now.monotonicMs + this.#intervalMs;
  }

  nextMs(now: Instant): number {
    return now.wallMs + this.#dueMs - now.monotonicMs;
  }

  passed(now: Instant): readonly number[] {
    const passed: number[] = [];
    while (this.untilCheckMs(now) < 0) {
      passed.push(this.nextMs(now));
      this.#dueMs += this.#intervalMs;
      if (passed.length >= MOST_AT_ONCE) this.begin(now);
    }
    return passed;
  }

  start(now: Instant, scheduledForMs?: number): Start {
    const passed = this.passed(now);
    const scheduled = Math.min(now.wallMs, scheduledForMs ?? this.nextMs(now));
    const latenessMs = Math.max(0, now.wallMs - scheduled);
    this.#dueMs = now.monotonicMs - latenessMs + this.#intervalMs;
    return { passed, due: true, scheduledForMs: scheduled, latenessMs };
  }

  end(now: Instant): void {
    this.#dueMs = Math.max(this.#dueMs, now.monotonicMs + this.#intervalMs);
  }

  untilCheckMs(now: Instant): number {
    return this.#dueMs + Math.min(TOLERANCE_MS, this.#intervalMs / 2) - now.monotonicMs;
  }
}
