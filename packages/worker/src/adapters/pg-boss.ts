import { DeclarationError } from '@sightglass/core';
import { around, isFirst, listen, numberOf, processStore, readable } from '@sightglass/core/authors';
import { declareQueue, type Queue } from '../queue/declare.ts';
import type { QueueReading } from '../queue/depth.ts';
import type { QueueOptions } from '../queue/options.ts';
import { addFacts, observeBatch, recordEvent } from '../queue/record.ts';
import { declaredQueue } from '../queue/registry.ts';
import { tell } from '../queue/run.ts';
import { countAdded, nowMs, outcomeOf, readOptions } from './host.ts';

/** A job of pg-boss, as far as it is used here. */
interface BossJob {
  readonly id?: unknown;
  readonly retryCount?: unknown;
  readonly retryLimit?: unknown;
  readonly createdOn?: unknown;
  readonly startAfter?: unknown;
  /** What the last attempt left. */
  readonly output?: { readonly value?: { readonly message?: unknown } } | null;
}

/** A pg-boss, as far as it is used here. */
export interface PgBossLike {
  work(...args: never[]): Promise<string>;
  getDb(): { executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> };
}

/** What {@link instrumentPgBoss} takes beside the boss: the name of the queue, and what is promised. */
export interface PgBossOptions extends Omit<QueueOptions, 'depth' | 'shared' | 'concurrency' | 'consumes'> {
  /** The schema of pg-boss in the database. Default `pgboss`, as its own. */
  readonly schema?: string | undefined;
}

/**
 * Declares a queue of pg-boss 12 and watches its workers, those that `boss.work` begins after this: each batch, how its jobs ended and how long they waited, retries, and the dead letter
 * when no attempt follows. An attempt that was lost with its worker is `stalled`, counted when the next one begins. The handler is given its jobs with their metadata. The depth is read from the table of pg-boss at each scrape; what is sent or inserted through this boss is counted.
 * What the handler gives or throws reaches pg-boss unchanged. Throws a `DeclarationError` for what is no boss, or for wrong options.
 * @example
 * instrumentPgBoss(boss, { name: 'mails', maxWaitSeconds: 30 });
 * await boss.work('mails', async ([job]) => send(job.data));
 */
export function instrumentPgBoss(boss: PgBossLike, options: PgBossOptions): Queue {
  if (typeof readable(() => boss.work) !== 'function')
    throw new DeclarationError('The pg-boss', ['it must be what `new PgBoss(…)` returned']);
  const { schema = 'pgboss', ...promises } = readOptions(options, 'The pg-boss');
  if (!/^[\w$-]+$/.test(schema))
    throw new DeclarationError('The pg-boss', ['schema must be the name of a schema']);
  const declared: Queue = declareQueue({
    ...promises,
    shared: true,
    // It is one from the first `boss.work` on.
    consumes: false,
    depth: (): Promise<QueueReading> => readDepth(boss, schema, declared.name),
  });
  if (isFirst(boss, `queue ${declared.name}`)) watch(declared.name, boss);
  return declared;
}

type Handler = (jobs: readonly BossJob[], ...more: unknown[]) => unknown;

function watch(queue: string, boss: object): void {
  const workers = new Set<object>();
  around(boss, 'work', async (args, work) => {
    const handler = args.at(-1);
    if (args[0] !== queue || typeof handler !== 'function') return work();
    const options = args.length > 2 ? (args[1] as object) : {};
    const id = await work([queue, { ...options, includeMetadata: true }, watched(queue, handler as Handler)]);
    const slots = numberOf((options as { readonly localConcurrency?: unknown }).localConcurrency) ?? 1;
    workers.add(handler);
    declaredQueue(queue)?.attach(handler, { slots, takes: true });
    return id;
  });
  const ended = () => {
    for (const worker of workers) declaredQueue(queue)?.attach(worker, { slots: 0, takes: false });
  };
  around(boss, 'offWork', async (args, off) => {
    const given = await off();
    if (args[0] === queue) ended();
    return given;
  });
  listen(boss, 'stopped', ended);
  for (const method of ['send', 'sendAfter', 'sendThrottled', 'sendDebounced'])
    countAdded(queue, boss, method, ([name], id) =>
      (name === queue || (name as { readonly name?: unknown })?.name === queue) && id !== null ? 1 : 0,
    );
  countAdded(queue, boss, 'insert', ([name, jobs]) =>
    name === queue ? (jobs as readonly unknown[]).length : 0,
  );
}

/** The handler of a worker, as it was but for being watched. */
function watched(queue: string, handler: Handler): Handler {
  return async function (this: unknown, jobs, ...more) {
    const tracker = declaredQueue(queue);
    const end = tracker?.begin();
    const startMs = nowMs();
    for (const job of jobs)
      if (readable(() => wasLost(job)) === true) recordEvent({ queue, outcome: 'stalled' });
    const waits = readable(() => jobs.map(waitOf)) ?? [];
    const tellOf = (failure: { readonly error: unknown } | undefined, result?: unknown) =>
      readable(() => {
        end?.();
        const durationSeconds = Math.max(0, nowMs() - startMs) / 1000;
        const called = failure === undefined ? failedIn(result) : undefined;
        const isFailed = ({ id }: BossJob) => failure !== undefined || called?.has(id) === true;
        const timedOut = failure !== undefined && outcomeOf(failure.error) === 'timed_out';
        const facts = jobs.map((job, i) => ({
          waitSeconds: waits[i],
          attempt: (numberOf(job.retryCount) ?? 0) + 1,
          dead: isFailed(job) && (numberOf(job.retryCount) ?? 0) >= (numberOf(job.retryLimit) ?? Infinity),
        }));
        // A job that comes alone is an item and no batch.
        if (jobs.length === 1) {
          const outcome = !isFailed(jobs[0]!) ? 'success' : timedOut ? 'timed_out' : 'failed';
          recordEvent({ queue, outcome, durationSeconds, ...facts[0] });
        } else {
          const failed = jobs.filter(isFailed).length;
          observeBatch({ queue, size: jobs.length, durationSeconds, failed, timedOut });
          for (const each of facts) addFacts(queue, each);
        }
        if (failure !== undefined && tracker !== undefined) tell(tracker, failure.error);
      });
    try {
      const result = await handler.call(this, jobs, ...more);
      tellOf(undefined, result);
      return result;
    } catch (error) {
      tellOf({ error });
      throw error;
    }
  };
}

/** The jobs that a handler with `perJobResults` calls failed. */
const failedIn = (result: unknown): ReadonlySet<unknown> =>
  new Set(
    (Array.isArray(result) ? result : []).flatMap(
      (each: { readonly id?: unknown; readonly status?: unknown }) =>
        each?.status === 'failed' || each?.status === 'deadLetter' ? [each.id] : [],
    ),
  );

/** What pg-boss itself says of an attempt that nobody has ended: its worker is gone, or was held for longer than the job may take. */
const LOST = new Set(['job timed out', 'job heartbeat timeout']);

/** Whether the attempt before this one was lost with its worker. */
const wasLost = ({ retryCount, output }: BossJob): boolean =>
  (numberOf(retryCount) ?? 0) > 0 && LOST.has(String(output?.value?.message));

/** How long a job waited for its first start. When a later attempt could have begun is not known. */
function waitOf(job: BossJob): number | undefined {
  if ((numberOf(job.retryCount) ?? 0) > 0) return undefined;
  const times = [job.createdOn, job.startAfter].map((time) =>
    time instanceof Date ? time.getTime() : Number.NaN,
  );
  const ms = processStore().clock.wallMs() - Math.max(...times);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms) / 1000;
}

async function readDepth(boss: PgBossLike, schema: string, name: string): Promise<QueueReading> {
  const waits = "state in ('created', 'retry')";
  const { rows } = await boss.getDb().executeSql(
    `select count(*) filter (where ${waits} and start_after <= now())::int as ready,
            count(*) filter (where ${waits} and start_after > now())::int as deferred,
            count(*) filter (where state = 'active')::int as active,
            count(*) filter (where state = 'failed')::int as dead,
            extract(epoch from min(greatest(created_on, start_after)) filter (where ${waits} and start_after <= now()))::float8 as oldest
     from "${schema}".job where name = $1 and state in ('created', 'retry', 'active', 'failed')`,
    [name],
  );
  const { ready, deferred, active, dead, oldest } = rows[0] as { readonly [column: string]: number };
  return { ready, deferred, active, dead, oldestReady: oldest ?? null };
}
