import { addInOrder, takeOut } from '../base/index.ts';
import { type Gauge, processStore } from '../store/index.ts';
import { EARLY_MS } from './cron-timetable.ts';
import type { Instant, Start, Timetable } from './timetable.ts';
import { LONGEST_WATCH_MS, watchTimers } from './watch-timer.ts';

/** A gauge of one piece of work, bound to its labels. */
type Bound = ReturnType<Gauge<never>['bind']>;

/** What a watch is of. */
export interface Watched {
  readonly timetable: Timetable;
  /** Whether a timer starts the work, which may wait for a run to end before it counts again. */
  readonly byTimer: boolean;
  /** Where it shows what is under way and what comes next. */
  readonly gauges: { readonly running: Bound; readonly runStarted: Bound; readonly nextRun: Bound };
  readonly now: () => Instant;
  /** Whether the schedule starts the work in this process now. */
  isEnabled(): boolean;
  /** A time of the schedule has passed without a start: for lack of one, or because a run was under way. */
  onPassed(status: 'missed' | 'skipped_overlap', scheduledForMs: number): void;
}

/** What a process knows of work on a schedule: which runs are under way, which starts are due, and, where it watches, which have not come. For authors of domains. */
export class StartWatch {
  readonly #watched: Watched;
  #timetable: Timetable;
  /** When the runs that are under way began, in milliseconds of wall time, in their order. */
  readonly #starts: number[];
  /** From when to when a run was under way without a break, the last time; in milliseconds of wall time. */
  #busyFromMs = Number.POSITIVE_INFINITY;
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  #watching: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** `former` is the watch of a declaration that this one replaces; its runs go on. */
  constructor(watched: Watched, former?: StartWatch) {
    this.#watched = watched;
    this.#timetable = watched.timetable;
    this.#starts = former === undefined ? [] : former.#starts;
    this.#watching = former === undefined ? false : former.#watching;
    this.restart();
  }

  get running(): number {
    return this.#starts.length;
  }

  /** Whether starts that do not come are counted. */
  get watching(): boolean {
    return this.#watching;
  }

  /** When the work should start next, in milliseconds of wall time; in the past while it is late, undefined unless it is enabled. */
  get nextMs(): number | undefined {
    if (!this.#watched.isEnabled()) return undefined;
    const ms = this.#timetable.nextMs(this.#watched.now());
    return Number.isFinite(ms) ? ms : undefined;
  }

  /** Whether a start should come now, or is late. */
  get isDue(): boolean {
    return this.nextMs !== undefined && this.nextMs <= this.#watched.now().wallMs + EARLY_MS;
  }

  /** Starts expecting, from now on; by another timetable where one is given. */
  restart(timetable = this.#timetable): void {
    this.#timetable = timetable;
    this.#timetable.begin(this.#watched.now());
  }

  /** Counts the starts that do not come, from now on. */
  watch(): void {
    this.#watching = true;
    if (this.#watched.isEnabled()) this.restart();
    this.lookAgain();
  }

  /** Looks for nothing any more, and shows that nothing comes, until {@link lookAgain}. */
  rest(): void {
    this.#watched.gauges.nextRun.unset();
    this.end();
  }

  /** Looks for nothing any more. */
  end(): void {
    watchTimers().clear(this.#timer);
  }

  /** A start by the schedule. */
  claim(scheduledForMs?: number): Partial<Start> {
    if (!this.#watched.isEnabled()) return {};
    const start = this.#timetable.start(this.#watched.now(), scheduledForMs);
    this.#countPassed(start.passed);
    this.showNext();
    return start;
  }

  /** A run has begun. */
  began(startedMs: number): void {
    if (this.running === 0) this.#busyFromMs = startedMs;
    addInOrder(this.#starts, startedMs, (ms) => ms);
    this.#showRunning();
  }

  /** A run that began then has ended, or turned out not to be one. */
  ended(startedMs: number): void {
    takeOut(this.#starts, startedMs);
    this.#showRunning();
    const instant = this.#watched.now();
    this.#busyUntilMs = instant.wallMs;
    if (this.running === 0) this.#timetable.end(instant);
    this.showNext();
  }

  /** Counts the starts that are overdue. Never while the scheduler is at it, which may be about to start what it is late with: its own timers come first. */
  lookAgain(): void {
    if (!this.#watched.isEnabled() || !processStore().enabled) return;
    if (this.#watching && !this.#waits) this.#countPassed(this.#timetable.passed(this.#watched.now()));
    this.showNext();
  }

  /** Shows what comes next, and sets the timer for the next look. */
  showNext(): void {
    this.end();
    if (!this.#watched.isEnabled() || !processStore().enabled) return;
    const instant = this.#watched.now();
    const nextMs = this.#timetable.nextMs(instant);
    const { nextRun } = this.#watched.gauges;
    if (Number.isFinite(nextMs)) nextRun.set(nextMs / 1000);
    else nextRun.unset();
    if (!this.#watching) return;
    const untilMs = this.#waits ? LONGEST_WATCH_MS : this.#timetable.untilCheckMs(instant) + 1;
    // By a clock that says nothing it looks again later.
    const delayMs = Math.min(LONGEST_WATCH_MS, Math.max(1, untilMs)) || LONGEST_WATCH_MS;
    this.#timer = watchTimers()
      .set(() => this.lookAgain(), delayMs)
      .unref();
  }

  /** A timer may wait for its run to end before it counts again. */
  get #waits(): boolean {
    return this.#watched.byTimer && this.running > 0;
  }

  #showRunning(): void {
    const { running, runStarted } = this.#watched.gauges;
    running.set(this.running);
    if (this.running === 0) runStarted.unset();
    else runStarted.set(this.#starts[0]! / 1000);
  }

  #countPassed(times: readonly number[]): void {
    if (!this.#watching) return;
    for (const ms of times) {
      // A scheduler that keeps runs apart by itself does not tell: the run that was under way does.
      const busy = ms >= this.#busyFromMs && (this.running > 0 || ms <= this.#busyUntilMs);
      this.#watched.onPassed(busy ? 'skipped_overlap' : 'missed', ms);
    }
  }
}
