import type { LifecycleState, LogFields } from '@sightglass/core';
import { Lifecycle, logFrom, processStore, readable } from '@sightglass/core/authors';
import type { CronSchedule } from '../cron/index.ts';
import { CronTimetable, EARLY_MS } from './cron-timetable.ts';
import { IntervalTimetable } from './interval-timetable.ts';
import * as metrics from './metrics.ts';
import { showObjectives } from './objectives.ts';
import type { CheckedJob, JobOptions } from './options.ts';
import type { EndStatus, RunStatus, Trigger } from './outcomes.ts';
import { gaugesOf, initWatched } from './series.ts';
import type { Instant, Start, Timetable } from './timetable.ts';
import { watchTimer } from './watch-timer.ts';

/** A run that is under way. */
export interface BegunRun {
  readonly startedMs: number;
  /** The time of the schedule that it was meant for, when there is one. */
  readonly scheduledForMs?: number;
  readonly latenessMs?: number;
}

/** How a scheduler reads the schedule of a declared job. Gives undefined where it has nothing to add to how it was declared. */
export type Reader = (schedule: string, timezone: string, nowMs: number) => CronSchedule | undefined;

/** The clock may be set back: the watch looks at least this often, and a timer takes no more than 24.8 days. */
const LONGEST_WAIT_MS = 60_000;

/** What this process knows of one job: which runs are under way, which starts are due, and since when. */
export class Tracker {
  readonly name: string;
  readonly options: JobOptions;
  readonly #timezone: string | undefined;
  #timetable: Timetable;
  #intervalSeconds: number;
  #reader: Reader | undefined;
  /** The tasks of schedulers in this process that start the job. */
  readonly #tasks: Set<object>;
  readonly #byTimer: boolean;
  readonly #gauges: ReturnType<typeof gaugesOf>;
  readonly #stopObserving: () => void;
  /** When the runs that are under way began, in milliseconds of wall time. */
  readonly #starts: number[];
  /** From when to when a run was under way without a break, the last time; in milliseconds of wall time. */
  #busyFromMs = Number.POSITIVE_INFINITY;
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  readonly #lifecycle: Lifecycle<{ readonly job_name: string }>;
  /** Set when another declaration has taken the place of this one. */
  #replaced = false;
  #watching: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** `former` is the tracker of the declaration that this one replaces; its runs go on, and what was instrumented by it stays so. */
  constructor(options: JobOptions, { cron, intervalSeconds }: CheckedJob, former: Tracker | undefined) {
    this.name = options.name;
    this.options = options;
    this.#byTimer = cron === undefined;
    this.#timezone = cron?.timezone;
    this.#intervalSeconds = intervalSeconds;
    this.#timetable =
      cron === undefined ? new IntervalTimetable(intervalSeconds * 1000) : new CronTimetable(cron.schedule);
    former?.replace();
    this.#starts = former === undefined ? [] : former.#starts;
    this.#tasks = former === undefined ? new Set() : former.#tasks;
    this.#watching = former === undefined ? false : former.#watching;
    if (this.#watching) initWatched(options.name);
    this.#gauges = gaugesOf(options.name);
    const state = options.enabled === false ? 'disabled' : 'enabled';
    this.#lifecycle = new Lifecycle(metrics.jobLifecycle, { job_name: options.name }, state);
    this.#timetable.begin(now());
    this.#showLifecycle();
    if (former !== undefined && former.#reader !== undefined) this.readBy(former.#reader);
    this.#stopObserving = metrics.jobNextRun.observe(
      () => this.#readNextRun(),
      { job_name: options.name },
      { onError: 'keep' },
    );
  }

  get state(): LifecycleState {
    return this.#lifecycle.state;
  }

  /** Whether the schedule starts the job here. */
  get enabled(): boolean {
    return !this.#replaced && this.state === 'enabled';
  }

  /** The longest time between two starts. */
  get intervalSeconds(): number {
    return this.#intervalSeconds;
  }

  get running(): number {
    return this.#starts.length;
  }

  /** When the job should start next, in milliseconds of wall time; in the past while it is late. */
  get nextMs(): number | undefined {
    if (!this.enabled) return undefined;
    const ms = this.#timetable.nextMs(now());
    return Number.isFinite(ms) ? ms : undefined;
  }

  /** Whether a start should come now, or is late. */
  get isDue(): boolean {
    return this.nextMs !== undefined && this.nextMs <= now().wallMs + EARLY_MS;
  }

  /** Takes the schedule as the scheduler reads it that runs the job; from now on, and in a declaration that replaces this one. */
  readBy(read: Reader): void {
    const { schedule: expression } = this.options;
    if (expression === undefined || this.#timezone === undefined || this.state === 'retired') return;
    this.#reader = read;
    const schedule = read(expression, this.#timezone, now().wallMs);
    if (schedule === undefined) return;
    this.#timetable = new CronTimetable(schedule);
    this.#timetable.begin(now());
    if (schedule.longestGapMs > 0) {
      this.#intervalSeconds = schedule.longestGapMs / 1000;
      showObjectives(this.options, this.#intervalSeconds);
    }
    this.#showNext();
  }

  enable(): void {
    if (this.#lifecycle.to('enabled')) this.#timetable.begin(now());
    this.#showLifecycle();
  }

  disable(): void {
    this.#lifecycle.to('disabled');
    this.#showLifecycle();
  }

  standBy(): void {
    this.#lifecycle.to('standby');
    this.#showLifecycle();
  }

  stop(): void {
    this.#lifecycle.to('stopping');
    this.#showLifecycle();
  }

  /** A task of a scheduler begins to start the job here, which takes back that the last one before it had stopped. */
  startedBy(task: object): void {
    this.#tasks.add(task);
    if (this.state === 'stopping') this.enable();
  }

  /** A task of a scheduler starts the job no more. When it was the last, nothing does. A replica that stands by goes on doing so. */
  stoppedBy(task: object): void {
    this.#tasks.delete(task);
    if (this.#tasks.size === 0 && this.state === 'enabled') this.stop();
  }

  /** Ends the tracking for good. What the job exported before is for the caller to end. */
  retire(): void {
    this.#lifecycle.to('retired');
    watchTimer.clear(this.#timer);
    this.#stopObserving();
  }

  /** Ends the tracking, because the job was declared again. */
  replace(): void {
    this.#replaced = true;
    watchTimer.clear(this.#timer);
    this.#stopObserving();
  }

  /** Counts the starts that do not come, from now on. Only for a scheduler within this process: of any other, a process can't know whose turn it is. */
  watch(): void {
    if (this.#watching || this.state === 'retired') return;
    this.#watching = true;
    initWatched(this.name);
    if (this.enabled) this.#timetable.begin(now());
    this.#lookAgain();
  }

  begin(trigger: Trigger, scheduledForMs?: number): BegunRun {
    const startedMs = now().wallMs;
    const slot = trigger === 'scheduled' ? this.#claim(scheduledForMs) : {};
    if (slot.latenessMs !== undefined)
      metrics.jobStartLateness.record(slot.latenessMs / 1000, { job_name: this.name });
    if (this.running === 0) this.#busyFromMs = startedMs;
    this.#starts.push(startedMs);
    this.#showRunning();
    return { startedMs, ...slot };
  }

  /** A run has ended, or turned out not to be one. */
  finish(run: BegunRun): void {
    this.#starts.splice(this.#starts.indexOf(run.startedMs), 1);
    this.#showRunning();
    const instant = now();
    this.#busyUntilMs = instant.wallMs;
    if (this.running === 0) this.#timetable.end(instant);
    this.#showNext();
  }

  /** A start that does not run here. One of the schedule counts while the job is enabled, a missed one unless it has been counted. None of a retired job counts. */
  skip(status: Exclude<RunStatus, EndStatus>, trigger: Trigger, scheduledForMs?: number): void {
    if (this.state === 'retired' || (trigger === 'scheduled' && !this.enabled)) return;
    const start = trigger === 'scheduled' ? this.#claim(scheduledForMs) : {};
    if (status === 'missed' && start.due === false) return;
    this.countSkipped(status, trigger, start.scheduledForMs ?? scheduledForMs);
  }

  /** Counts and logs a run that did not take place. */
  countSkipped(
    status: Exclude<RunStatus, EndStatus>,
    trigger: Trigger,
    scheduledForMs: number | undefined,
    fields: LogFields = {},
  ): void {
    metrics.jobRuns.add(1, { job_name: this.name, trigger, status });
    const line = { job_name: this.name, trigger, status, ...fields, ...scheduledFor(scheduledForMs) };
    const log = logFrom(this.options.logLevel);
    if (status === 'missed') log.warn(line, `job: ${status}`);
    else log.info(line, `job: ${status}`);
  }

  #claim(scheduledForMs: number | undefined): Partial<Start> {
    if (!this.enabled) return {};
    const start = this.#timetable.start(now(), scheduledForMs);
    this.#countPassed(start.passed);
    this.#showNext();
    return start;
  }

  #countPassed(times: readonly number[]): void {
    if (!this.#watching) return;
    for (const ms of times) {
      // A scheduler that keeps runs apart by itself does not tell: the run that was under way does.
      const busy = ms >= this.#busyFromMs && (this.running > 0 || ms <= this.#busyUntilMs);
      const status = busy ? 'skipped_overlap' : 'missed';
      this.countSkipped(status, 'scheduled', ms);
    }
  }

  #showLifecycle(): void {
    if (this.state === 'retired') return;
    this.#gauges.enabled.set(this.enabled ? 1 : 0);
    if (this.enabled) {
      this.#lookAgain();
      return;
    }
    this.#gauges.nextRun.unset();
    watchTimer.clear(this.#timer);
  }

  #showRunning(): void {
    this.#gauges.running.set(this.running);
    if (this.running === 0) this.#gauges.runStarted.unset();
    else this.#gauges.runStarted.set(Math.min(...this.#starts) / 1000);
  }

  #readNextRun(): number | undefined {
    this.#lookAgain();
    return this.nextMs === undefined ? undefined : this.nextMs / 1000;
  }

  /** A timer may wait for its run to end before it counts again. */
  get #waits(): boolean {
    return this.#byTimer && this.running > 0;
  }

  /** Counts the starts that are overdue. Never while the scheduler is at it, which may be about to start what it is late with: its own timers come first. */
  #lookAgain(): void {
    if (!this.enabled || !processStore().enabled) return;
    if (this.#watching && !this.#waits) this.#countPassed(this.#timetable.passed(now()));
    this.#showNext();
  }

  /** Shows what comes next, and sets the timer for the next look. */
  #showNext(): void {
    watchTimer.clear(this.#timer);
    if (!this.enabled || !processStore().enabled) return;
    const instant = now();
    const nextMs = this.#timetable.nextMs(instant);
    if (Number.isFinite(nextMs)) this.#gauges.nextRun.set(nextMs / 1000);
    else this.#gauges.nextRun.unset();
    if (!this.#watching) return;
    const untilMs = this.#waits ? LONGEST_WAIT_MS : this.#timetable.untilCheckMs(instant) + 1;
    // By a clock that says nothing it looks again later.
    const delayMs = Math.min(LONGEST_WAIT_MS, Math.max(1, untilMs)) || LONGEST_WAIT_MS;
    this.#timer = watchTimer.set(() => this.#lookAgain(), delayMs).unref();
  }
}

/** What the clocks said last: while they fail, time stands still, and what they say is counted as dropped. */
let lastSeen: Instant = { wallMs: 0, monotonicMs: 0 };

function now(): Instant {
  const store = processStore();
  const wallMs = readable(() => store.clock.wallMs());
  const monotonicMs = readable(() => store.clock.monotonicMs());
  if (isTime(wallMs) && isTime(monotonicMs)) lastSeen = { wallMs, monotonicMs };
  else store.refused(metrics.jobNextRun.descriptor.name);
  return lastSeen;
}

/** Whether a `Date` can hold it. */
const isTime = (ms: unknown): ms is number => typeof ms === 'number' && Math.abs(ms) <= 8.64e15;

const scheduledFor = (ms: number | undefined): LogFields =>
  readable(() => ({ scheduled_for: new Date(ms as number).toISOString() })) ?? {};
