import { classifyError, DeclarationError } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import { type CronJob, declareWith, type IntervalJob, type Job } from '../job/declare.ts';
import { checkJob } from '../job/options.ts';
import { initRuns } from '../job/series.ts';
import { AllSourcesFailed } from './all-sources-failed.ts';
import * as metrics from './metrics.ts';
import {
  type CronSyncOptions,
  type IntervalSyncOptions,
  SYNC_OPTIONS,
  type SyncOptions,
  syncProblems,
} from './options.ts';
import { declaredSyncs, isSource, SyncSources, sourcesOf } from './sources.ts';

/** What a sync has beyond its job: its sources. */
export interface Sync<S extends string> extends Job {
  /** The sources that it has now: the declared ones and those added since, without those retired. */
  readonly sources: readonly S[];
  /**
   * Takes up a source that was found while the process runs: it is born at zero and counted as new. One that is known changes nothing.
   * Gives the name back as one that this sync knows: `run.source(sync.addSource(found), …)`. Never throws.
   */
  addSource(source: string): S;
  /**
   * A person says that a source is gone for good: all its series leave the export but `sync_source_retired_timestamp_seconds`, so that no alert waits for it, and what a run still
   * does with it is not recorded. `addSource` takes it up again. It may be one that a former version of the code declared. Never throws.
   */
  retireSource(source: S | (string & {})): void;
}

/** A sync that a cron expression starts. */
export interface CronSync<S extends string> extends Sync<S>, CronJob {
  readonly schedule: string;
  readonly timezone: string;
}

/** A sync that a timer starts. */
export interface IntervalSync<S extends string> extends Sync<S>, IntervalJob {
  readonly schedule: undefined;
  readonly timezone: undefined;
}

/**
 * Declares a sync: a job that fetches items from sources. Everything that `declareJob` does, and every source is born at zero; a source that is not declared does not
 * compile. Declaring a name again retires the sources that are gone.
 * Throws a `DeclarationError` that lists everything wrong with the declaration, the job's part included.
 */
export function declareSync<const S extends string>(options: CronSyncOptions<S>): CronSync<S>;
export function declareSync<const S extends string>(options: IntervalSyncOptions<S>): IntervalSync<S>;
export function declareSync<const S extends string>(options: SyncOptions<S>): Sync<S> {
  try {
    return declare(options as unknown as SyncOptions<string>) as unknown as Sync<S>;
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The sync', options));
  }
}

function declare(said: SyncOptions<string>): Sync<string> {
  const options = givenOptions(said, SYNC_OPTIONS);
  const checked = checkJob(options, SYNC_OPTIONS, said);
  const problems = ['intervalSeconds' in checked ? [] : checked, syncProblems(options)].flat();
  if (problems.length > 0) throw new DeclarationError(subjectOf('The sync', said), problems);
  const { name, itemsObjective, classify = classifyError } = options;
  const withSources = (error: unknown) =>
    error instanceof AllSourcesFailed ? error.errorType : classify(error);
  const job = declareWith({ ...options, classify: withSources }, SYNC_OPTIONS);
  initRuns(name, 'partial');
  const syncs = declaredSyncs();
  syncs.set(name, new SyncSources(options, syncs.get(name)));
  if (itemsObjective === undefined) metrics.syncItemsObjective.removeAll({ job_name: name });
  else metrics.syncItemsObjective.set(itemsObjective, { job_name: name });
  // The job's own accessors are taken over as they are: they say what holds now.
  const sync = Object.defineProperties({} as Sync<string>, Object.getOwnPropertyDescriptors(job));
  return Object.freeze(
    Object.defineProperties(sync, {
      sources: { get: () => sourcesOf(job).list(), enumerable: true },
      addSource: {
        value: (source: string) => {
          if (isSource(source)) sourcesOf(job).add(source);
          return source;
        },
      },
      retireSource: {
        value: (source: string) => {
          if (isSource(source)) sourcesOf(job).retire(source);
        },
      },
    }),
  );
}
