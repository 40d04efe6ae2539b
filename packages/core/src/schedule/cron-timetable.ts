import type { CronSchedule } from './cron/index.ts';
import { type Instant, type Start, type Timetable, TOLERANCE_MS } from './timetable.ts';

/** Timers are exact to the millisecond and clocks are slewed: a start this much before its time is meant for it. */
export const EARLY_MS = 100;
/** After a longer silence the rest is passed over: nobody reads a thousand lines that say the same. */
const MOST_AT_ONCE = 1_000;

/**
 * Which starts of a cron schedule are due, by the wall clock. The clock may jump:
 * - Forwards: the starts that it leapt over become one, the last of them, which may still come until the longest gap has passed in real time since the last start.
 *   So a leap neither invents a missed run for each nor hides that none came.
 * - Backwards: what was accounted for stays so, but the next start is never expected later than one longest gap from now.
 */
export class CronTimetable implements Timetable {
  readonly #schedule: CronSchedule;
  #dueMs = 0;
  /** The start after the one that is due. */
  #afterMs = 0;
  /** Set while the due start is one that the clock leapt over: when that happened and until when it may come, in monotonic time. */
  #leap: { readonly sinceMs: number; readonly deadlineMs: number } | undefined;
  #seen: Instant = { wallMs: 0, monotonicMs: 0 };
  #lastStartMs = 0;
  #claimedMs = Number.NEGATIVE_INFINITY;
  /** The last start that was given up, until another comes: a run that begins after all is late for it. */
  #givenUpMs: number | undefined;

  constructor(schedule: CronSchedule) {
    this.#schedule = schedule;
  }

  begin(now: Instant): void {
    this.#seen = now;
    this.#lastStartMs = now.monotonicMs;
    this.#expect(this.#schedule.next(now.wallMs));
    this.#givenUpMs = undefined;
  }

  nextMs(now: Instant): number {
    this.#follow(now);
    return this.#leap === undefined ? this.#dueMs : this.#schedule.next(now.wallMs);
  }

  passed(now: Instant): readonly number[] {
    this.#follow(now);
    const passed: number[] = [];
    // A start that was leapt over and is followed by the next one has become that one.
    while (this.untilCheckMs(now) < 0 || (this.#leap !== undefined && this.#afterMs <= now.wallMs)) {
      if (this.untilCheckMs(now) < 0) passed.push(this.#dueMs);
      this.#expect(passed.length < MOST_AT_ONCE ? this.#afterMs : this.#schedule.next(now.wallMs));
    }
    this.#givenUpMs = passed.at(-1) ?? this.#givenUpMs;
    return passed;
  }

  start(now: Instant, scheduledForMs?: number): Start {
    this.#follow(now);
    const latest = this.#schedule.latest(now.wallMs + EARLY_MS);
    // What is said to be for a time to come would account for all until then.
    const slot = scheduledForMs === undefined || scheduledForMs > latest ? latest : scheduledForMs;
    const passed: number[] = [];
    if (slot < this.#dueMs) {
      // A scheduler that keeps runs apart counts from this one.
      const next = this.#dueMs > now.wallMs ? this.#schedule.next(now.wallMs) : this.#dueMs;
      if (next > this.#dueMs) this.#expect(next);
      return { ...this.#extra(now, scheduledForMs), passed, due: false };
    }
    const leap = this.#leap;
    while (this.#afterMs <= slot && passed.length < MOST_AT_ONCE) {
      // With a jitter longer than the gap one may come after the next: it is not given up yet.
      if (this.#leap === undefined && now.wallMs > this.#dueMs + this.#jitterMs) passed.push(this.#dueMs);
      this.#expect(this.#afterMs);
    }
    const lateMs = now.wallMs - slot - this.#jitterMs;
    const latenessMs = leap === undefined ? lateMs : Math.min(lateMs, now.monotonicMs - leap.sinceMs);
    this.#expect(this.#schedule.next(slot));
    this.#claimedMs = slot;
    this.#lastStartMs = now.monotonicMs;
    this.#givenUpMs = undefined;
    return { passed, due: true, scheduledForMs: slot, latenessMs: Math.max(0, latenessMs) };
  }

  end(): void {}

  untilCheckMs(now: Instant): number {
    if (this.#leap !== undefined) return this.#leap.deadlineMs - now.monotonicMs;
    return this.#dueMs + this.#jitterMs + this.#toleranceMs() - now.wallMs;
  }

  /** A start when none is due: it is late for one that was given up, or comes again for one that had its run (a retry), or belongs to no time of the schedule. */
  #extra(now: Instant, scheduledForMs: number | undefined): Omit<Start, 'passed' | 'due'> {
    const slot = scheduledForMs ?? this.#givenUpMs;
    this.#lastStartMs = now.monotonicMs;
    this.#givenUpMs = undefined;
    if (slot === undefined) return {};
    // What came before is no late start, but it is what the scheduler says that it is for.
    if (slot <= this.#claimedMs) return scheduledForMs === undefined ? {} : { scheduledForMs };
    return { scheduledForMs: slot, latenessMs: Math.max(0, now.wallMs - slot - this.#jitterMs) };
  }

  #expect(dueMs: number): void {
    this.#dueMs = dueMs;
    this.#afterMs = this.#schedule.next(dueMs);
    this.#leap = undefined;
  }

  /** Never so late that a start could as well be the next one. */
  #toleranceMs(): number {
    return Number.isFinite(this.#afterMs)
      ? Math.min(TOLERANCE_MS, (this.#afterMs - this.#dueMs) / 2)
      : TOLERANCE_MS;
  }

  /** How late the scheduler may be on purpose. */
  get #jitterMs(): number {
    return this.#schedule.jitterMs ?? 0;
  }

  /** Follows the wall clock where it has jumped since the last look. */
  #follow(now: Instant): void {
    const { wallMs, monotonicMs } = this.#seen;
    const jumpMs = now.wallMs - wallMs - (now.monotonicMs - monotonicMs);
    this.#seen = now;
    const { longestGapMs } = this.#schedule;
    const allowed = this.#toleranceMs();
    if (jumpMs > allowed && now.wallMs >= this.#dueMs) {
      this.#expect(this.#schedule.latest(now.wallMs));
      const sinceMs = now.monotonicMs;
      const deadlineMs = Math.max(sinceMs, this.#lastStartMs + longestGapMs) + allowed;
      this.#leap = { sinceMs, deadlineMs };
    } else if (jumpMs < -EARLY_MS) {
      const accounted = Math.max(this.#claimedMs, this.#givenUpMs ?? this.#claimedMs) > now.wallMs;
      const latest = this.#schedule.next(accounted ? now.wallMs + longestGapMs - 1 : now.wallMs);
      if (this.#leap !== undefined || latest < this.#dueMs) this.#expect(Math.min(latest, this.#dueMs));
    }
  }
}
