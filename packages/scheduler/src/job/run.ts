import { randomUUID } from 'node:crypto';
import type { Trigger } from './outcomes.ts';

/** What the work of a job is given: who started it, how to stop early, and how to say that it went neither well nor badly. */
export interface Run {
  /** A UUID, in the log line and on the span. */
  readonly id: string;
  readonly trigger: Trigger;
  /** The time of the schedule that it was meant for, when there is one. */
  readonly scheduledFor: Date | undefined;
  /** Aborted when the time limit passes or whoever started the run cancels it. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt, one more for each retry that `retries` allows. */
  readonly attempt: number;
  /** Marks the run as partly done: unless it throws, it ends as `partial` and not as `success`. */
  partial(): void;
  /** Counts an attempt that the work itself makes again, such as a request. */
  retried(): void;
  /** Says that another process holds the lock: unless it throws, the run ends as `skipped_lock`, without a duration. Return after it. */
  skippedLocked(): void;
}

/** How a run is started by something that can say so. */
export interface RunStart {
  readonly trigger: Trigger;
  /** What the run was scheduled for. Default: the time of the schedule that is due. */
  readonly scheduledFor?: Date | undefined;
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

/** What an adapter knows of its scheduler that decides how a run has ended. */
export interface SchedulerTraits {
  /** Whether what the work threw says that its queue has the job again and starts it later. Default: never. */
  readonly handsBack?: (error: unknown) => boolean;
  /** Whether what the work threw says that a further attempt is of no use. Default: never. */
  readonly givesUp?: (error: unknown) => boolean;
}

const handsBackOf = new WeakMap<Run, (error: unknown) => boolean>();

/** Whether an error that comes up within a run hands its job back to its queue: for what measures parts of a run, where that is no failure either. */
export const handsBack = (run: Run, error: unknown): boolean => handsBackOf.get(run)?.(error) === true;

/** A run as the wrapper sees it. */
export class RunState {
  readonly id = randomUUID();
  isPartial = false;
  isLocked = false;
  readonly #trigger: Trigger;
  readonly #scheduledForMs: number | undefined;
  readonly #retried: () => void;
  readonly #handsBack: (error: unknown) => boolean;

  constructor(
    trigger: Trigger,
    scheduledForMs: number | undefined,
    retried: () => void,
    handsBack: (error: unknown) => boolean,
  ) {
    this.#trigger = trigger;
    this.#scheduledForMs = scheduledForMs;
    this.#retried = retried;
    this.#handsBack = handsBack;
  }

  /** The run as the work of this attempt sees it. */
  facing(attempt: number, signal: AbortSignal): Run {
    const run: Run = Object.freeze({
      id: this.id,
      trigger: this.#trigger,
      scheduledFor: this.#scheduledForMs === undefined ? undefined : new Date(this.#scheduledForMs),
      signal,
      attempt,
      partial: () => {
        this.isPartial = true;
      },
      retried: this.#retried,
      skippedLocked: () => {
        this.isLocked = true;
      },
    });
    handsBackOf.set(run, this.#handsBack);
    return run;
  }
}
