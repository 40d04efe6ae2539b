import { DeclarationError, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { metricsWith, processStore, sharedInProcess } from '@sightglass/core/authors';
import { logOf } from '../job/registry.ts';
import { endsWithJob, isRetired } from '../job/retire.ts';
import * as metrics from './metrics.ts';
import type { SyncOptions } from './options.ts';

/** What says of a source that it is gone outlives it. */
const { syncSourceRetired: _, ...mortal } = metrics;

/** Every other metric that tells of one source. */
const sourceMetrics = metricsWith(mortal, 'job_name', 'source');
endsWithJob(metrics);

/** What this process knows of one declared sync: which sources it has now. */
export class SyncSources {
  readonly name: string;
  readonly options: SyncOptions<string>;
  readonly #sources: Set<string>;

  /** `former` is what the declaration replaces: its sources that are gone are retired. */
  constructor(options: SyncOptions<string>, former: SyncSources | undefined) {
    this.name = options.name;
    this.options = options;
    this.#sources = new Set(former?.list());
    metrics.syncSourceChanges.init({ job_name: this.name });
    for (const source of this.list()) if (!options.sources.includes(source)) this.retire(source);
    for (const source of options.sources) {
      if (former === undefined || this.#sources.has(source)) this.#initSeries(source);
      else this.add(source);
    }
    this.#count();
  }

  list(): readonly string[] {
    return [...this.#sources];
  }

  /** Adds a source that it does not have yet. */
  add(source: string): void {
    if (this.#sources.has(source) || isRetired(this.name)) return;
    this.#initSeries(source);
    this.#changed('added', source);
  }

  /** Ends every series of a source and says since when, so that no alert waits for it. It may be one that the code no longer declares. */
  retire(source: string): void {
    if (isRetired(this.name)) return;
    const labels = { job_name: this.name, source };
    const known = this.#sources.delete(source);
    if (!known && this.isRetired(source)) return;
    sourceMetrics.removeSeries(labels);
    metrics.syncSourceRetired.setToNow(labels);
    if (known) this.#changed('retired', source);
  }

  /** Whether a person said that the source is gone; then nothing more is recorded of it, until it is added again. */
  isRetired(source: string): boolean {
    return (metrics.syncSourceRetired.peek({ job_name: this.name, source }) ?? 0) > 0;
  }

  #changed(change: 'added' | 'retired', source: string): void {
    metrics.syncSourceChanges.add(1, { job_name: this.name, change });
    this.#count();
    logOf(this.name).info({ job_name: this.name, source, change }, `source of a sync: ${change}`);
  }

  #count(): void {
    metrics.syncSourcesConfigured.set(this.#sources.size, { job_name: this.name });
  }

  #initSeries(source: string): void {
    this.#sources.add(source);
    const labels = { job_name: this.name, source };
    metrics.syncSourceRetired.remove(labels);
    sourceMetrics.initSeries(labels);
    const { errorTypes = [TIMEOUT, PROCESS_ERROR], sourceLastSuccess } = this.options;
    for (const error_type of errorTypes) metrics.syncErrors.init({ ...labels, error_type });
    see(labels);
    if (sourceLastSuccess !== undefined) void resume(labels, sourceLastSuccess);
  }
}

export type SourceLabels = { readonly job_name: string; readonly source: string };

/** Takes note of a source of which something is recorded; one that its sync does not have is a new one. False when nothing is to be recorded, because it or its job is retired. */
export function know(labels: SourceLabels): boolean {
  const declared = declaredSyncs().get(labels.job_name);
  if (isRetired(labels.job_name) || declared?.isRetired(labels.source) === true) return false;
  if (declared === undefined) see(labels);
  else if (isSource(labels.source)) declared.add(labels.source);
  return true;
}

/** Notes since when this process knows the source. */
function see(labels: SourceLabels): void {
  if (metrics.syncSourceSeen.peek(labels) === undefined) metrics.syncSourceSeen.setToNow(labels);
}

/** Takes up when the source was last synced; a later success of this process stands. Never rejects. */
async function resume(
  labels: SourceLabels,
  lastSuccess: (source: string) => Date | undefined | Promise<Date | undefined>,
): Promise<void> {
  try {
    const time = await lastSuccess(labels.source);
    if (time === undefined || time === null) return;
    const seconds = time.getTime() / 1000;
    const known = metrics.syncSourceLastSuccess.peek(labels);
    if (!(known !== undefined && known >= seconds)) metrics.syncSourceLastSuccess.set(seconds, labels);
  } catch (err) {
    logOf(labels.job_name).warn(
      { ...labels, err },
      'The last success of a source could not be read from where the host keeps it',
    );
  }
}

/** The syncs that this process has declared, by name. */
export function declaredSyncs(): Map<string, SyncSources> {
  return sharedInProcess('@sightglass/scheduler/syncs/1', () => new Map<string, SyncSources>());
}

/** What is known of a declared sync. Throws a `DeclarationError` for anything else. */
export function sourcesOf(sync: { readonly name: string }): SyncSources {
  let known: SyncSources | undefined;
  try {
    known = declaredSyncs().get(sync.name);
  } catch {
    // What can't be read was not declared.
  }
  if (known === undefined)
    throw new DeclarationError('The sync run', ['it must be of what declareSync returned']);
  return known;
}

/** Refuses, and counts, what can be no source. */
export function isSource(value: unknown): value is string {
  if (typeof value === 'string' && value !== '') return true;
  processStore().refused(metrics.syncSourceChanges.descriptor.name);
  return false;
}
