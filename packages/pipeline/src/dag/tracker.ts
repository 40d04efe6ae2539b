import type { LifecycleState, LogFields } from '@sightglass/core';
import {
  addInOrder,
  instants,
  Lifecycle,
  LONGEST_WATCH_MS,
  logFrom,
  processStore,
  readable,
  type Starts,
  StartWatch,
  takeOut,
  timetableOf,
  watchTimers,
} from '@sightglass/core/authors';
import { type Compared, comparedRun, compareRuns } from '../statistics/compared.ts';
import * as metrics from './metrics.ts';
import type { DagOptions } from './options.ts';
import type { DagEndStatus, DagTrigger } from './outcomes.ts';
import { gaugesOf, isRetired } from './series.ts';
import { type Task, tasksOf } from './task-options.ts';

/** A run that is under way. */
export interface BegunRun {
  readonly startedMs: number;
  /** The time of the schedule that it was meant for, when there is one. */
  readonly scheduledForMs: number | undefined;
  readonly latenessMs: number | undefined;
  /** By when it must have succeeded. */
  readonly deadlineMs: number | undefined;
  /** Whether it was still under way at its deadline. */
  isLate: boolean;
}

/** The statistic of how long its runs take. */
const durationsOf = ({ id, owner, anomalies }: DagOptions<string>): Compared => ({
  name: id,
  kind: 'duration',
  owner,
  anomalies,
});

/** What this process knows of one DAG: which runs are under way, by when they are promised, which starts are due, and since when it is in trouble. */
export class DagTracker {
  readonly id: string;
  readonly options: DagOptions<string>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly intervalSeconds: number;
  readonly #gauges: ReturnType<typeof gaugesOf>;
  readonly #watch: StartWatch;
  readonly #lifecycle: Lifecycle<{ readonly dag_id: string }>;
  /** The runs under way that have a deadline, the earliest first: those that may still keep it, and those that have missed it. */
  readonly #coming: BegunRun[];
  readonly #late: BegunRun[];
  readonly #stopObserving: () => void;
  #troubleSinceMs: number | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  /** Set when another declaration has taken the place of this one. */
  #replaced = false;

  /** `former` is the tracker of the declaration that this one replaces; its runs go on. */
  constructor(options: DagOptions<string>, starts: Starts, former: DagTracker | undefined) {
    this.id = options.id;
    this.options = options;
    this.tasks = tasksOf(options.tasks);
    this.intervalSeconds = starts.intervalSeconds;
    former?.replace();
    this.#coming = former === undefined ? [] : former.#coming;
    this.#late = former === undefined ? [] : former.#late;
    this.#troubleSinceMs = former === undefined ? undefined : former.#troubleSinceMs;
    this.#gauges = gaugesOf(options.id);
    compareRuns(durationsOf(options), former?.options);
    const state = options.enabled === false ? 'disabled' : 'enabled';
    this.#lifecycle = new Lifecycle(metrics.dagLifecycle, { dag_id: options.id }, state);
    this.#watch = new StartWatch(
      {
        timetable: timetableOf(starts),
        byTimer: starts.cron === undefined,
        gauges: this.#gauges,
        now,
        isEnabled: () => this.enabled,
        onPassed: (status, ms) => this.#countSkipped(status, ms),
      },
      former === undefined ? undefined : former.#watch,
    );
    this.#showLifecycle();
    this.#showDeadline();
    if (options.scheduler !== 'elsewhere') this.#watch.watch();
    this.#stopObserving = metrics.dagNextRun.observe(
      () => {
        this.#watch.lookAgain();
        this.#lookAtDeadlines();
        return this.nextMs === undefined ? undefined : this.nextMs / 1000;
      },
      { dag_id: options.id },
      { onError: 'keep' },
    );
  }

  get state(): LifecycleState {
    return this.#lifecycle.state;
  }

  /** Whether the schedule starts the DAG here. */
  get enabled(): boolean {
    return !this.#replaced && this.state === 'enabled';
  }

  get running(): number {
    return this.#watch.running;
  }

  /** When the DAG should start next, in milliseconds of wall time; in the past while it is late. */
  get nextMs(): number | undefined {
    return this.#watch.nextMs;
  }

  to(state: Exclude<LifecycleState, 'retired'>): void {
    if (this.#lifecycle.to(state) && state === 'enabled') this.#watch.restart();
    this.#showLifecycle();
  }

  /** Ends the tracking for good. What the DAG exported before is for the caller to end. */
  retire(): void {
    this.#lifecycle.to('retired');
    compareRuns({ ...durationsOf(this.options), anomalies: false }, this.options);
    this.#end();
  }

  /** Ends the tracking, because the DAG was declared again. */
  replace(): void {
    this.#replaced = true;
    this.#end();
  }

  begin(trigger: DagTrigger, scheduledForMs?: number): BegunRun {
    const startedMs = now().wallMs;
    const slot = trigger === 'scheduled' ? this.#watch.claim(scheduledForMs) : {};
    if (slot.latenessMs !== undefined)
      metrics.dagStartLateness.record(slot.latenessMs / 1000, { dag_id: this.id });
    const { slaSeconds } = this.options;
    const fromMs = slot.scheduledForMs ?? startedMs;
    const run: BegunRun = {
      startedMs,
      scheduledForMs: slot.scheduledForMs ?? scheduledForMs,
      latenessMs: slot.latenessMs,
      deadlineMs: slaSeconds === undefined ? undefined : fromMs + slaSeconds * 1000,
      isLate: false,
    };
    if (run.deadlineMs !== undefined) addInOrder(this.#coming, run, deadlineOf);
    this.#watch.began(startedMs);
    this.#lookAtDeadlines();
    return run;
  }

  /** A run has ended. */
  finish(run: BegunRun, status: DagEndStatus, durationSeconds: number): void {
    if (!isRetired(this.id)) this.#lookAtDeadlines();
    if (run.deadlineMs !== undefined) takeOut(run.isLate ? this.#late : this.#coming, run);
    if (isRetired(this.id)) return;
    this.#watch.ended(run.startedMs);
    this.#showDeadline();
    const { id: dag_id } = this;
    metrics.dagRuns.add(1, { dag_id, status });
    metrics.dagRunDuration.record(durationSeconds, { dag_id, status });
    const endedMs = now().wallMs;
    this.#gauges.lastRun.set(endedMs / 1000);
    this.#gauges.lastRunDuration.set(durationSeconds);
    if (status === 'cancelled') return;
    if (status === 'success') {
      this.#gauges.lastSuccess.set(endedMs / 1000);
      this.#gauges.consecutiveFailures.set(0);
      if (!run.isLate) this.#recovered(endedMs);
      comparedRun(durationsOf(this.options), durationSeconds);
      return;
    }
    this.#gauges.consecutiveFailures.add(1);
    this.#inTroubleSince(endedMs);
  }

  /** A start of the schedule that does not run here, because a run is under way. */
  skip(trigger: DagTrigger, scheduledForMs?: number): void {
    if (trigger === 'scheduled' && !this.enabled) return;
    const start = trigger === 'scheduled' ? this.#watch.claim(scheduledForMs) : {};
    this.#countSkipped('skipped_overlap', start.scheduledForMs ?? scheduledForMs);
  }

  #countSkipped(status: 'missed' | 'skipped_overlap', scheduledForMs: number | undefined): void {
    metrics.dagRuns.add(1, { dag_id: this.id, status });
    const line = { dag_id: this.id, status, ...timeField('scheduled_for', scheduledForMs) };
    const log = logFrom(this.options.logLevel);
    if (status === 'missed') log.warn(line, `dag: ${status}`);
    else log.info(line, `dag: ${status}`);
    if (status === 'missed') this.#inTroubleSince(scheduledForMs ?? now().wallMs);
  }

  /** Counts the runs whose deadline has passed while they were under way, each once. */
  #lookAtDeadlines(): void {
    const { wallMs } = now();
    for (let run = this.#coming[0]; run !== undefined; run = this.#coming[0]) {
      if (deadlineOf(run) >= wallMs) break;
      this.#coming.shift();
      run.isLate = true;
      addInOrder(this.#late, run, deadlineOf);
      metrics.dagSlaMissed.add(1, { dag_id: this.id });
      logFrom(this.options.logLevel).warn(
        { dag_id: this.id, sla_seconds: this.options.slaSeconds, ...timeField('deadline', run.deadlineMs) },
        'dag: sla missed',
      );
      this.#inTroubleSince(deadlineOf(run));
    }
    this.#showDeadline();
  }

  #showDeadline(): void {
    watchTimers().clear(this.#deadlineTimer);
    if (this.#replaced || isRetired(this.id)) return;
    const [late] = this.#late;
    const [coming] = this.#coming;
    if (late === undefined && coming === undefined) {
      this.#gauges.deadline.unset();
      return;
    }
    const ofLate = late === undefined ? Infinity : deadlineOf(late);
    const ofComing = coming === undefined ? Infinity : deadlineOf(coming);
    this.#gauges.deadline.set(Math.min(ofLate, ofComing) / 1000);
    if (coming === undefined || !processStore().enabled) return;
    const delayMs = Math.min(LONGEST_WATCH_MS, Math.max(1, ofComing - now().wallMs + 1)) || LONGEST_WATCH_MS;
    this.#deadlineTimer = watchTimers()
      .set(() => this.#lookAtDeadlines(), delayMs)
      .unref();
  }

  #inTroubleSince(ms: number): void {
    if (this.#troubleSinceMs !== undefined) return;
    this.#troubleSinceMs = ms;
    this.#gauges.troubleStarted.set(ms / 1000);
  }

  #recovered(endedMs: number): void {
    if (this.#troubleSinceMs === undefined) return;
    const seconds = Math.max(0, (endedMs - this.#troubleSinceMs) / 1000);
    metrics.dagRecovery.record(seconds, { dag_id: this.id });
    this.#gauges.lastRecovery.set(seconds);
    this.#troubleSinceMs = undefined;
    this.#gauges.troubleStarted.unset();
  }

  #showLifecycle(): void {
    if (this.state === 'retired') return;
    this.#gauges.enabled.set(this.enabled ? 1 : 0);
    if (this.enabled) this.#watch.lookAgain();
    else this.#watch.rest();
  }

  #end(): void {
    this.#watch.end();
    watchTimers().clear(this.#deadlineTimer);
    this.#stopObserving();
  }
}

const deadlineOf = ({ deadlineMs }: BegunRun): number => deadlineMs ?? Infinity;

const now = instants(metrics.dagNextRun.descriptor.name);

const timeField = (name: string, ms: number | undefined): LogFields =>
  readable(() => ({ [name]: new Date(ms as number).toISOString() })) ?? {};
