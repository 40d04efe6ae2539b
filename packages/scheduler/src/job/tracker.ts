import type { LifecycleState, LogFields } from '@sightglass/core';
import {
  type CronSchedule,
  CronTimetable,
  instants,
  Lifecycle,
  logFrom,
  readable,
  type Start,
  StartWatch,
  timetableOf,
} from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { showObjectives } from './objectives.ts';
import type { CheckedJob, JobOptions } from './options.ts';
import type { EndStatus, RunStatus, Trigger } from './outcomes.ts';
import { gaugesOf, initWatched } from './series.ts';

/** A run that is under way. */
export interface BegunRun {
  readonly startedMs: number;
  /** The time of the schedule that it was meant for, when there is one. */
  readonly scheduledForMs?: number;
  readonly latenessMs?: number;
}

/** How a scheduler reads the schedule of a declared job. Gives undefined where it has nothing to add to how it was declared. */
export type Reader = (schedule: string, timezone: string, nowMs: number) => CronSchedule | undefined;

/** What this process knows of one job: which runs are under way, which starts are due, and since when. */
export class Tracker {
  readonly name: string;
  readonly options: JobOptions;
  readonly #timezone: string | undefined;
  #intervalSeconds: number;
  #reader: Reader | undefined;
  /** The tasks of schedulers in this process that start the job. */
  readonly #tasks: Set<object>;
  readonly #gauges: ReturnType<typeof gaugesOf>;
  readonly #stopObserving: () => void;
  readonly #watch: StartWatch;
  readonly #lifecycle: Lifecycle<{ readonly job_name: string }>;
  /** Set when another declaration has taken the place of this one. */
  #replaced = false;

  /** `former` is the tracker of the declaration that this one replaces; its runs go on, and what was instrumented by it stays so. */
  constructor(options: JobOptions, checked: CheckedJob, former: Tracker | undefined) {
    const { cron, intervalSeconds } = checked;
    this.name = options.name;
    this.options = options;
    this.#timezone = cron?.timezone;
    this.#intervalSeconds = intervalSeconds;
    former?.replace();
    this.#tasks = former === undefined ? new Set() : former.#tasks;
    this.#gauges = gaugesOf(options.name);
    const state = options.enabled === false ? 'disabled' : 'enabled';
    this.#lifecycle = new Lifecycle(metrics.jobLifecycle, { job_name: options.name }, state);
    this.#watch = new StartWatch(
      {
        timetable: timetableOf(checked),
        byTimer: cron === undefined,
        gauges: this.#gauges,
        now,
        isEnabled: () => this.enabled,
        onPassed: (status, ms) => this.countSkipped(status, 'scheduled', ms),
      },
      former === undefined ? undefined : former.#watch,
    );
    if (this.#watch.watching) initWatched(options.name);
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
    return this.#watch.running;
  }

  /** When the job should start next, in milliseconds of wall time; in the past while it is late. */
  get nextMs(): number | undefined {
    return this.#watch.nextMs;
  }

  /** Whether a start should come now, or is late. */
  get isDue(): boolean {
    return this.#watch.isDue;
  }

  /** Takes the schedule as the scheduler reads it that runs the job; from now on, and in a declaration that replaces this one. */
  readBy(read: Reader): void {
    const { schedule: expression } = this.options;
    if (expression === undefined || this.#timezone === undefined || this.state === 'retired') return;
    this.#reader = read;
    const schedule = read(expression, this.#timezone, now().wallMs);
    if (schedule === undefined) return;
    this.#watch.restart(new CronTimetable(schedule));
    if (schedule.longestGapMs > 0) {
      this.#intervalSeconds = schedule.longestGapMs / 1000;
      showObjectives(this.options, this.#intervalSeconds);
    }
    this.#watch.showNext();
  }

  enable(): void {
    if (this.#lifecycle.to('enabled')) this.#watch.restart();
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
    this.#watch.end();
    this.#stopObserving();
  }

  /** Ends the tracking, because the job was declared again. */
  replace(): void {
    this.#replaced = true;
    this.#watch.end();
    this.#stopObserving();
  }

  /** Counts the starts that do not come, from now on. Only for a scheduler within this process: of any other, a process can't know whose turn it is. */
  watch(): void {
    if (this.#watch.watching || this.state === 'retired') return;
    initWatched(this.name);
    this.#watch.watch();
  }

  begin(trigger: Trigger, scheduledForMs?: number): BegunRun {
    const startedMs = now().wallMs;
    const slot = trigger === 'scheduled' ? this.#watch.claim(scheduledForMs) : {};
    if (slot.latenessMs !== undefined)
      metrics.jobStartLateness.record(slot.latenessMs / 1000, { job_name: this.name });
    this.#watch.began(startedMs);
    return { startedMs, ...slot };
  }

  /** A run has ended, or turned out not to be one. */
  finish(run: BegunRun): void {
    this.#watch.ended(run.startedMs);
  }

  /** A start that does not run here. One of the schedule counts while the job is enabled, a missed one unless it has been counted. None of a retired job counts. */
  skip(status: Exclude<RunStatus, EndStatus>, trigger: Trigger, scheduledForMs?: number): void {
    if (this.state === 'retired' || (trigger === 'scheduled' && !this.enabled)) return;
    const start: Partial<Start> = trigger === 'scheduled' ? this.#watch.claim(scheduledForMs) : {};
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

  #showLifecycle(): void {
    if (this.state === 'retired') return;
    this.#gauges.enabled.set(this.enabled ? 1 : 0);
    if (this.enabled) this.#watch.lookAgain();
    else this.#watch.rest();
  }

  #readNextRun(): number | undefined {
    this.#watch.lookAgain();
    return this.nextMs === undefined ? undefined : this.nextMs / 1000;
  }
}

const now = instants(metrics.jobNextRun.descriptor.name);

const scheduledFor = (ms: number | undefined): LogFields =>
  readable(() => ({ scheduled_for: new Date(ms as number).toISOString() })) ?? {};
