import { type CronJobOptions, type IntervalJobOptions, JOB_OPTIONS } from '../job/options.ts';

/** What a sync has beyond its job: where its items come from. */
export interface SyncFacts<S extends string> {
  /** The sources, each of them born at zero. One that is found later is added with `sync.addSource`. */
  readonly sources: readonly S[];
  /** Items that a run should sync at least, over all sources, so that an answer that is nearly empty is noticed. Default: none is stated. */
  readonly itemsObjective?: number;
  /** Time limit of one source within a run, in seconds: its signal is aborted, and it counts as a timeout. Default: none, so a hanging source holds the run. */
  readonly sourceTimeoutSeconds?: number | undefined;
  /**
   * When a source was last synced before this process began, from where the host keeps it; asked once for each source. A hook that fails is logged, and
   * the source is taken for one that has not been synced yet.
   */
  readonly sourceLastSuccess?: (source: S) => Date | undefined | Promise<Date | undefined>;
}

/** A sync that a cron expression starts. */
export type CronSyncOptions<S extends string> = CronJobOptions & SyncFacts<S>;
/** A sync that a timer starts. */
export type IntervalSyncOptions<S extends string> = IntervalJobOptions & SyncFacts<S>;
export type SyncOptions<S extends string> = CronSyncOptions<S> | IntervalSyncOptions<S>;

/** Every option that a sync has, those of its job among them. */
export const SYNC_OPTIONS = [
  ...JOB_OPTIONS,
  ...Object.keys({
    sources: true,
    itemsObjective: true,
    sourceTimeoutSeconds: true,
    sourceLastSuccess: true,
  } satisfies { readonly [name in keyof SyncFacts<string>]: true }),
];

/** Everything that is wrong with what a sync has beyond its job, in plain sentences. */
export function syncProblems(options: SyncFacts<string>): string[] {
  if (typeof options !== 'object' || options === null) return [];
  const problems: string[] = [];
  const { sources, itemsObjective, sourceTimeoutSeconds, sourceLastSuccess } = options;
  if (!Array.isArray(sources) || sources.length === 0) problems.push('sources must list at least one source');
  else {
    if (sources.some((source) => typeof source !== 'string' || source === ''))
      problems.push('every source must be a non-empty string');
    if (new Set(sources).size !== sources.length) problems.push('a source is listed twice');
  }
  for (const [name, value] of Object.entries({ itemsObjective, sourceTimeoutSeconds })) {
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      problems.push(`${name} must be a number above 0`);
  }
  if (sourceLastSuccess !== undefined && typeof sourceLastSuccess !== 'function')
    problems.push('sourceLastSuccess must be a function from a source to a Date');
  return problems;
}
