import { DeclarationError } from '@sightglass/core';
import { isFirst, listen, numberOf, outliveIdle, processStore, readable } from '@sightglass/core/authors';
import { declareQueue, type Queue } from '../queue/declare.ts';
import type { QueueReading } from '../queue/depth.ts';
import type { QueueOptions } from '../queue/options.ts';
import { recordDeadLetters, recordEvent } from '../queue/record.ts';
import { declaredQueue } from '../queue/registry.ts';
import { tell } from '../queue/run.ts';
import { nowMs, outcomeOf, readOptions } from './host.ts';

/** What an event of graphile-worker says, as far as it is used here. */
interface Said {
  readonly worker: object;
  readonly job: {
    readonly task_identifier?: unknown;
    readonly run_at?: unknown;
    readonly attempts?: unknown;
    readonly last_error?: unknown;
  } & object;
  readonly error?: unknown;
}

/** What graphile-worker emits its events on: the `events` that `run` was given. */
export interface GraphileEventsLike {
  on(event: never, listener: never): unknown;
}

/** A connection pool of `pg`, as far as it is used here. */
export interface GraphilePoolLike {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** What {@link instrumentGraphileWorker} takes beside the events: the name of the queue, its tasks, and what is promised. */
export interface GraphileWorkerOptions
  extends Omit<QueueOptions, 'depth' | 'shared' | 'concurrency' | 'consumes'> {
  /** The task identifiers that belong to this queue; each may be a queue of its own, by a call for each. Default: all of them are one queue. */
  readonly tasks?: readonly string[] | undefined;
  /** The pool by which the depth is read at each scrape. Default: it is not read. */
  readonly pool?: GraphilePoolLike | undefined;
  /** The schema of graphile-worker in the database. Default `graphile_worker`, as its own. */
  readonly schema?: string | undefined;
}

/**
 * Declares a queue of graphile-worker 0.17 and watches it through its events: how each attempt ended, how long it took, what the job waited since it could be taken, retries, dead letters, what is under way, and
 * how many workers there are. An attempt that was lost with its worker is `stalled`, counted when the next one begins, unless an earlier one has left an error. Give it the emitter that `run` is given, before that. Nothing is thrown into the worker. Throws a `DeclarationError` for what is no emitter, or for wrong options.
 * @example
 * const events = new EventEmitter();
 * instrumentGraphileWorker(events, { name: 'jobs', pool, maxWaitSeconds: 30 });
 * await run({ pgPool: pool, events, taskList });
 */
export function instrumentGraphileWorker(events: GraphileEventsLike, options: GraphileWorkerOptions): Queue {
  if (typeof readable(() => events.on) !== 'function')
    throw new DeclarationError('The graphile-worker', ['it must be the `events` that `run` is given']);
  const {
    tasks,
    pool,
    schema = 'graphile_worker',
    ...promises
  } = readOptions(options, 'The graphile-worker');
  const problems = [
    ...(/^[\w$-]+$/.test(schema) ? [] : ['schema must be the name of a schema']),
    ...(tasks === undefined || (Array.isArray(tasks) && tasks.every((task) => typeof task === 'string'))
      ? []
      : ['tasks must list task identifiers']),
  ];
  if (problems.length > 0) throw new DeclarationError('The graphile-worker', problems);
  const declared = declareQueue({
    ...promises,
    shared: true,
    // It is one from the first worker on.
    consumes: false,
    ...(pool === undefined ? {} : { depth: () => readDepth(pool, schema, tasks) }),
  });
  if (pool !== undefined) outliveIdle(pool);
  const tasksOf = tasksOn.get(events) ?? new Map<string, readonly string[] | undefined>();
  tasksOn.set(events, tasksOf.set(declared.name, tasks));
  if (isFirst(events, `queue ${declared.name}`))
    watch(declared.name, events, () => tasksOf.get(declared.name));
  return declared;
}

/** The tasks of each queue, as they were declared last, by the emitter. */
const tasksOn = new WeakMap<object, Map<string, readonly string[] | undefined>>();

function watch(queue: string, events: object, tasksOf: () => readonly string[] | undefined): void {
  const tracker = () => declaredQueue(queue);
  /** What is under way, by its job. */
  const begun = new WeakMap<
    object,
    { readonly startMs: number; readonly waitSeconds: number | undefined; end(): void }
  >();
  const on = (event: string, then: (said: Said) => void) =>
    listen(events, event, (said) => {
      const { job } = said as Said;
      const tasks = tasksOf();
      if (tasks === undefined || job === undefined || tasks.includes(String(job.task_identifier)))
        then(said as Said);
    });
  const attach = (takes: boolean) => (said: Said) =>
    tracker()?.attach(said.worker, takes ? { slots: 1, takes } : undefined);
  on('worker:create', attach(true));
  on('worker:release', attach(false));
  on('worker:stop', attach(false));
  on('job:start', ({ worker, job }) => {
    // One that was there before somebody listened.
    tracker()?.attach(worker, { slots: 1, takes: true });
    // Each attempt that fails leaves its error: one that left none was lost with its worker.
    if ((numberOf(job.attempts) ?? 1) > 1 && job.last_error === null)
      recordEvent({ queue, outcome: 'stalled' });
    const end = tracker()?.begin() ?? (() => {});
    begun.set(job, { startMs: nowMs(), waitSeconds: readable(() => waitOf(job.run_at)), end });
  });
  const ended = (job: Said['job'], failure?: { readonly error: unknown }) => {
    const known = begun.get(job);
    known?.end();
    recordEvent({
      queue,
      outcome: failure === undefined ? 'success' : outcomeOf(failure.error),
      durationSeconds: known === undefined ? undefined : Math.max(0, nowMs() - known.startMs) / 1000,
      waitSeconds: known?.waitSeconds,
      attempt: numberOf(job.attempts),
    });
    const declared = tracker();
    if (failure !== undefined && declared !== undefined) tell(declared, failure.error);
  };
  on('job:success', ({ job }) => ended(job));
  on('job:error', ({ job, error }) => ended(job, { error }));
  on('job:failed', () => recordDeadLetters({ queue }));
  on('job:complete', ({ job }) => begun.get(job)?.end());
}

function waitOf(runAt: unknown): number | undefined {
  const ms = new Date(runAt as Date | string).getTime();
  return Number.isNaN(ms) ? undefined : Math.max(0, processStore().clock.wallMs() - ms) / 1000;
}

async function readDepth(
  pool: GraphilePoolLike,
  schema: string,
  tasks: readonly string[] | undefined,
): Promise<QueueReading> {
  const waits = 'locked_at is null and attempts < max_attempts';
  const { rows } = await pool.query(
    `select count(*) filter (where ${waits} and run_at <= now())::int as ready,
            count(*) filter (where ${waits} and run_at > now())::int as deferred,
            count(*) filter (where locked_at is not null)::int as active,
            count(*) filter (where locked_at is null and attempts >= max_attempts)::int as dead,
            extract(epoch from min(run_at) filter (where ${waits} and run_at <= now()))::float8 as oldest
     from "${schema}".jobs where $1::text[] is null or task_identifier = any($1)`,
    [tasks ?? null],
  );
  const { ready, deferred, active, dead, oldest } = rows[0] as { readonly [column: string]: number };
  return { ready, deferred, active, dead, oldestReady: oldest ?? null };
}
