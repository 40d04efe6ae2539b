import timers from 'node:timers';
import { type LifecycleState, log } from '@sightglass/core';
import { Lifecycle, processStore, withinSeconds } from '@sightglass/core/authors';
import type { Database, Session } from './database.ts';
import { databaseOf } from './databases.ts';
import { PollError, type QueryError, queryErrorOf } from './errors.ts';
import * as metrics from './metrics.ts';
import type { SqlCollectorOptions } from './options.ts';
import { NotElected, type Opening, Poll, type PollLimits } from './poll.ts';
import { type CollectorQuery, type Target, targetOf } from './query.ts';
import { takeSlot } from './slots.ts';

/** As they were when this was loaded: a host's test that stops its timers and runs them all must not find one among them that goes on for ever. */
const { setTimeout: later, clearTimeout: never } = timers;

export const DEFAULTS = {
  intervalSeconds: 60,
  timeoutSeconds: 10,
  connectTimeoutSeconds: 5,
  maxConnections: 1,
} as const;

/** The longest time that a timer of Node can wait: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Of the interval: two polls may fail and the third still be in time. */
const AGE_IN_INTERVALS = 3;

interface Asked {
  readonly name: string;
  readonly sql: string;
  readonly timeoutSeconds: number;
  readonly target: Target;
  /** How the last poll of it ended, so that only changes are logged. */
  failure: QueryError | undefined;
}

/** One collector of this process: its timer, its polls, what they found. Nothing here throws, and nothing keeps the process alive. */
export class Collector {
  readonly options: SqlCollectorOptions;
  readonly lifecycle: Lifecycle<{ readonly collector: string }>;
  readonly intervalSeconds: number;
  readonly maxAgeSeconds: number;
  readonly queries: readonly Asked[];
  readonly #database: Database;
  readonly #limits: PollLimits;
  /** Kept while this replica is elected: the lock lives in it. */
  #elected: Session | undefined;
  /** The connection that a poll has asked for in vain. */
  #late: Opening | undefined;
  /** Ends the waits of the poll that is under way. */
  #called = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;

  constructor(options: SqlCollectorOptions) {
    this.options = options;
    const { timeoutSeconds = DEFAULTS.timeoutSeconds } = options;
    this.intervalSeconds = options.intervalSeconds ?? DEFAULTS.intervalSeconds;
    this.maxAgeSeconds = options.maxAgeSeconds ?? AGE_IN_INTERVALS * this.intervalSeconds;
    this.#database = databaseOf(options.pool)!;
    this.queries = Object.entries(options.queries).map(([name, query]: [string, CollectorQuery]) => ({
      name,
      sql: query.sql,
      timeoutSeconds: query.timeoutSeconds ?? timeoutSeconds,
      target: targetOf(query),
      failure: undefined,
    }));
    this.#limits = {
      connectTimeoutSeconds: options.connectTimeoutSeconds ?? DEFAULTS.connectTimeoutSeconds,
      // The longest: one transaction has one limit, and each query is waited for by its own.
      timeoutSeconds: Math.max(...this.queries.map((query) => query.timeoutSeconds)),
      lockTimeoutSeconds: options.lockTimeoutSeconds ?? timeoutSeconds / 2,
    };
    this.lifecycle = new Lifecycle(metrics.sqlCollectorLifecycle, { collector: options.name }, 'enabled');
  }

  /** Polls now, and from then on at each interval. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#schedule(this.intervalSeconds * 1000);
    void this.poll();
  }

  /** Goes over to a state. One that does not poll shows nothing that would look like the present. */
  to(state: LifecycleState): void {
    if (!this.lifecycle.to(state)) return;
    if (state === 'enabled') {
      this.start();
      return;
    }
    never(this.#timer);
    this.#timer = undefined;
    // Whoever stops it before `pool.end()` waits for no database that does not answer.
    this.#called.abort(new PollError('other', `the collector is ${state}`));
    for (const { target } of this.queries) {
      target.forget();
      target.restart();
    }
  }

  /** Ends the polls and gives the connection back; comes to its end when none is under way. */
  async close(): Promise<void> {
    never(this.#timer);
    this.#timer = undefined;
    await this.#underWay;
    this.#elected?.close(false);
    this.#elected = undefined;
  }

  /** Polls now; who comes while a poll is under way waits for that one. Never rejects. */
  poll(): Promise<void> {
    this.#underWay ??= this.#pollOnce()
      .catch((error) =>
        log().warn({ collector: this.options.name, err: error }, 'A collector could not poll'),
      )
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  /** By the beginning of the polls and not by their ends, so that what takes long does not make them rarer; a poll that would meet another is left out. */
  #schedule(delayMs: number): void {
    const timer = later(
      () => {
        if (timer !== this.#timer) return;
        this.#schedule(this.intervalSeconds * 1000);
        void this.poll();
      },
      Math.min(delayMs, LONGEST_MS),
    );
    this.#timer = timer.unref();
  }

  async #pollOnce(): Promise<void> {
    if (this.lifecycle.state !== 'enabled') return;
    const { name, replicas = 'all', maxConnections = DEFAULTS.maxConnections } = this.options;
    if (typeof replicas === 'function' && !(await this.#isChosen(replicas))) return this.#standBy();
    this.#called = new AbortController();
    const { signal } = this.#called;
    const giveBack =
      this.#elected === undefined ? await takeSlot(this.#database.pool, maxConnections) : () => {};
    if (signal.aborted) return giveBack();
    const lock = replicas === 'one' ? name : undefined;
    const session = this.#elected;
    const late = this.#late;
    const poll = new Poll(this.#database, this.#limits, { lock, session, late, signal });
    this.#elected = undefined;
    try {
      await poll.begin().catch((error) => {
        if (error instanceof NotElected) throw error;
      });
      this.#show(metrics.sqlCollectorPolling, 1);
      for (const query of this.queries) if (!signal.aborted) await this.#ask(poll, query);
    } catch (error) {
      if (!(error instanceof NotElected)) throw error;
      this.#standBy();
    } finally {
      const keeps = lock !== undefined && this.lifecycle.state === 'enabled';
      this.#late = poll.late;
      this.#elected = await poll.end(keeps);
      giveBack();
    }
  }

  async #isChosen(isChosen: () => boolean | Promise<boolean>): Promise<boolean> {
    try {
      return (await withinSeconds(this.#limits.connectTimeoutSeconds, isChosen)) === true;
    } catch (error) {
      log().warn({ collector: this.options.name, err: error }, 'Whether a collector polls here is not known');
      return false;
    }
  }

  /** Another replica polls: what this one read is for that one to say. */
  #standBy(): void {
    if (this.lifecycle.state !== 'enabled') return;
    this.#show(metrics.sqlCollectorPolling, 0);
    for (const { name, target } of this.queries) {
      target.forget();
      target.restart();
      const labels = { collector: this.options.name, query: name };
      metrics.sqlCollectorSuccess.remove(labels);
      metrics.sqlCollectorValues.remove(labels);
    }
  }

  async #ask(poll: Poll, query: Asked): Promise<void> {
    const { clock } = processStore();
    const { target, sql, timeoutSeconds } = query;
    let startMs: number | undefined;
    try {
      await poll.begin();
      if (target.start !== undefined) target.started(await poll.query(target.start, [], timeoutSeconds));
      startMs = clock.monotonicMs();
      const rows = await poll.query(sql, target.values(), timeoutSeconds);
      const endMs = clock.monotonicMs();
      if (this.lifecycle.state !== 'enabled') return;
      const values = await withinSeconds(timeoutSeconds, async () => take(target, rows));
      if (this.lifecycle.state !== 'enabled') return;
      this.#ended(query, (endMs - startMs) / 1000, values, undefined);
    } catch (error) {
      if (error instanceof NotElected) throw error;
      if (this.lifecycle.state !== 'enabled') return;
      const seconds = startMs === undefined ? undefined : (clock.monotonicMs() - startMs) / 1000;
      this.#ended(query, seconds, undefined, error);
    }
  }

  #ended(query: Asked, seconds: number | undefined, values: number | undefined, error: unknown): void {
    const labels = { collector: this.options.name, query: query.name };
    const isWell = values !== undefined;
    if (seconds !== undefined) metrics.sqlCollectorQueryDuration.record(Math.max(0, seconds), labels);
    metrics.sqlCollectorSuccess.set(isWell ? 1 : 0, labels);
    metrics.sqlCollectorLastPoll.setToNow(labels);
    if (isWell) {
      metrics.sqlCollectorLastSuccess.setToNow(labels);
      metrics.sqlCollectorValues.set(values, labels);
    } else {
      metrics.sqlCollectorErrors.add(1, { ...labels, error_type: queryErrorOf(error) });
      if (this.#isTooOld(labels)) query.target.forget();
    }
    this.#logChange(query, isWell ? undefined : queryErrorOf(error), error);
  }

  #isTooOld(labels: { readonly collector: string; readonly query: string }): boolean {
    const last = metrics.sqlCollectorLastSuccess.peek(labels);
    return last !== undefined && processStore().clock.wallMs() / 1000 - last > this.maxAgeSeconds;
  }

  #logChange(query: Asked, failure: QueryError | undefined, error: unknown): void {
    const fields = { collector: this.options.name, query: query.name };
    if (failure !== undefined && failure !== query.failure)
      log().warn({ ...fields, error_type: failure, err: error }, 'A query of a collector fails');
    else if (failure === undefined && query.failure !== undefined)
      log().info(fields, 'A query of a collector succeeds again');
    query.failure = failure;
  }

  #show(gauge: typeof metrics.sqlCollectorPolling, value: number): void {
    if (this.lifecycle.state === 'enabled') gauge.set(value, { collector: this.options.name });
  }
}

/** The values that rows have. What the host's own function throws over them is told as what does not fit. */
async function take(target: Target, rows: Parameters<Target['take']>[0]): Promise<number> {
  try {
    return await target.take(rows);
  } catch (error) {
    if (error instanceof PollError) throw error;
    throw new PollError('rows', 'what the query gave could not be read', { cause: error });
  }
}
