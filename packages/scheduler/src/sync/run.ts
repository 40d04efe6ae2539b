import { DeclarationError } from '@sightglass/core';
import { neverThrows } from '@sightglass/core/authors';
import { type InstrumentedJob, instrumentJob } from '../job/instrument.ts';
import { isRetired } from '../job/retire.ts';
import { handsBack, type Run } from '../job/run.ts';
import { AllSourcesFailed } from './all-sources-failed.ts';
import type { Sync } from './declare.ts';
import * as metrics from './metrics.ts';
import { recordSynced } from './record.ts';
import { runSource, type SourceResult, type SourceRun } from './source-run.ts';
import { type SyncSources, sourcesOf } from './sources.ts';

/** What the work of a sync is given: the run of its job, and a way to say what came from where. */
export interface SyncRun<S extends string> extends Run {
  /**
   * Syncs one source: times it, opens its span, records its items and its success. A failure is recorded, named and logged, and does not end the run, which then ends as
   * `partial`, or as `failed` when no source succeeded. Resolves to whether it succeeded; once the run's signal is aborted, at once to false.
   * Rejects with one thing only: what hands the job back to its queue (BullMQ's `DelayedError` and the like), which is no failure of the source.
   */
  source(source: S, work: (source: SourceRun) => SourceResult | Promise<SourceResult>): Promise<boolean>;
  /** Says that a source was synced without an error, by work that does the rest itself. Never throws. */
  synced(source: S, items: number): void;
}

/**
 * Wraps the work of a declared sync as `instrumentJob` does that of a job; give it to any scheduler. When every source failed, the run rejects with an
 * {@link AllSourcesFailed}. For an adapter, which instruments by itself, there is {@link syncWork}.
 * Throws a `DeclarationError` when the sync is not what `declareSync` returned.
 */
export function syncRun<S extends string, A extends readonly unknown[], R>(
  sync: Sync<S>,
  work: (run: SyncRun<S>, ...args: A) => R | Promise<R>,
): InstrumentedJob<A, R> {
  return instrumentJob(sync, syncWork(sync, work));
}

/**
 * The work of a sync as that of a job, for the adapters: `scheduleCroner(Cron, sync, syncWork(sync, async (run) => …))`.
 * Throws a `DeclarationError` when the sync is not what `declareSync` returned.
 */
export function syncWork<S extends string, A extends readonly unknown[], R>(
  sync: Sync<S>,
  work: (run: SyncRun<S>, ...args: A) => R | Promise<R>,
): (run: Run, ...args: A) => Promise<R> {
  const { name } = sourcesOf(sync);
  if (typeof work !== 'function') throw new DeclarationError('The sync run', ['the work must be a function']);
  return async function (this: unknown, run, ...args) {
    const attempt = new SyncAttempt(sourcesOf({ name }), run);
    try {
      const value = await work.call(this, attempt.facing() as SyncRun<S>, ...args);
      attempt.conclude();
      return value;
    } catch (error) {
      if (handsBack(run, error)) attempt.isNone();
      throw error;
    } finally {
      attempt.end();
    }
  };
}

/** What one attempt of a run has synced. */
class SyncAttempt {
  readonly #sync: SyncSources;
  readonly #run: Run;
  readonly #succeeded = new Set<string>();
  /** The sources whose last try failed. */
  readonly #failed = new Map<string, { readonly error: unknown; readonly errorType: string }>();
  #items = 0;
  /** Another process has the lock, or the queue has the job again: what was synced is not that of a run. */
  #isNone = false;
  #ended = false;

  constructor(sync: SyncSources, run: Run) {
    this.#sync = sync;
    this.#run = run;
    // Work that ignores its signal goes on, but its run is over.
    run.signal.addEventListener('abort', () => this.end(), { once: true });
  }

  facing(): SyncRun<string> {
    const { name: job_name } = this.#sync;
    const synced = neverThrows(metrics.syncItems, ([source, items]: [string, number]) => {
      recordSynced({ job_name, source }, items);
      this.#succeed(source, items);
    });
    return Object.freeze({
      ...this.#run,
      skippedLocked: () => {
        this.isNone();
        this.#run.skippedLocked();
      },
      source: (source: string, work: Parameters<SyncRun<string>['source']>[1]) => this.#source(source, work),
      synced: (source: string, items: number) => synced([source, items]),
    });
  }

  /** Says how the run went, when its work has ended without an error of its own. */
  conclude(): void {
    if (this.#failed.size === 0) return;
    if (this.#succeeded.size === 0) throw new AllSourcesFailed(this.#failed);
    this.#run.partial();
  }

  /** Says that it turned out not to be a run, or not yet. */
  isNone(): void {
    this.#isNone = true;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#isNone && !isRetired(this.#sync.name))
      metrics.syncItemsLastRun.set(this.#items, { job_name: this.#sync.name });
  }

  async #source(source: string, work: Parameters<SyncRun<string>['source']>[1]): Promise<boolean> {
    if (this.#run.signal.aborted) return false;
    const outcome = await runSource(this.#sync, this.#run, source, work);
    if (outcome.ok) this.#succeed(source, outcome.value);
    else if (outcome.dropped === 'handed_back') throw outcome.error;
    else if (outcome.dropped === undefined) {
      this.#succeeded.delete(source);
      this.#failed.set(source, outcome);
    }
    return outcome.ok;
  }

  #succeed(source: string, items: number): void {
    this.#failed.delete(source);
    this.#succeeded.add(source);
    if (Number.isFinite(items)) this.#items += items;
  }
}
