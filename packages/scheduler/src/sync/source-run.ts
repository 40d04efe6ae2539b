import { classifyError, TIMEOUT } from '@sightglass/core';
import { logRun, measureRun, type RunFields, type RunResult } from '@sightglass/core/authors';
import { logOf } from '../job/registry.ts';
import { handsBack, type Run } from '../job/run.ts';
import * as metrics from './metrics.ts';
import { recordSourceError, recordSynced, recordWriteErrors } from './record.ts';
import { know, type SyncSources } from './sources.ts';

const SCOPE = '@sightglass/scheduler';

/** What the sync of one source gives back. */
export interface SourceResult {
  /** Items fetched and written. */
  readonly items: number;
}

/** One source within a run, as its work sees it. */
export interface SourceRun {
  /** Aborted when the source's time limit passes, or the run's, or whoever started the run cancels it. */
  readonly signal: AbortSignal;
  /** Makes one request to the source and times it; a failure is counted by kind, and thrown on. Resolves to what the request gave. */
  request<T>(work: (signal: AbortSignal) => T | Promise<T>): Promise<T>;
  /** Writes what was fetched; a failure counts in `sync_write_errors_total` and not against the source, and is thrown on. */
  write<T>(work: (signal: AbortSignal) => T | Promise<T>): Promise<T>;
}

/** How a source went within a run. One that was `dropped` neither succeeded nor failed, because the run was called off (`cancelled`) or hands its job back to its queue. */
export type SourceOutcome = RunResult<number> & {
  readonly dropped?: 'cancelled' | 'handed_back' | undefined;
};

/** Syncs one source: times it, opens its span, and records and logs how it ended. Never throws. */
export async function runSource(
  sync: SyncSources,
  run: Run,
  source: string,
  work: (source: SourceRun) => SourceResult | Promise<SourceResult>,
): Promise<SourceOutcome> {
  const { sourceTimeoutSeconds: timeoutSeconds, classify } = sync.options;
  const labels = { job_name: sync.name, source };
  const attributes = { ...labels, run_id: run.id };
  const log = (fields: RunFields, cause?: unknown) =>
    logRun('sync of a source', fields, cause, logOf(sync.name));
  /** One failure passes through several hands and counts once. */
  const counted = new Set<unknown>();
  let dropped: SourceOutcome['dropped'];

  const droppedBy = (error: unknown): SourceOutcome['dropped'] => {
    if (handsBack(run, error)) return 'handed_back';
    return isCancelled(run.signal, error) ? 'cancelled' : undefined;
  };
  const isFailure = (error: unknown) => !handsBack(run, error);
  const failed = (error: unknown, errorType: string): void => {
    if (droppedBy(error) !== undefined || counted.has(error)) return;
    counted.add(error);
    recordSourceError(labels, errorType, error);
  };
  const facing = (signal: AbortSignal): SourceRun => ({
    signal,
    async request(send) {
      const result = await measureRun(
        { scope: SCOPE, name: 'sync.request', attributes, signal, classify, isFailure },
        send,
        (result) => {
          if (know(labels)) metrics.syncRequestDuration.record(result.durationSeconds, labels);
          if (!result.ok) failed(result.error, result.errorType);
        },
      );
      if (!result.ok) throw result.error;
      return result.value;
    },
    async write(save) {
      try {
        return await save(signal);
      } catch (error) {
        if (droppedBy(error) === undefined && !counted.has(error)) recordWriteErrors(labels, 1);
        counted.add(error);
        throw error;
      }
    },
  });

  const result = await measureRun(
    {
      scope: SCOPE,
      name: 'sync.source',
      attributes,
      timeoutSeconds,
      signal: run.signal,
      classify,
      isFailure,
    },
    async (signal) => readItems(await work(facing(signal))),
    (result) => {
      const fields = { ...attributes, duration_seconds: result.durationSeconds };
      if (result.ok) {
        recordSynced(labels, result.value);
        log({ ...fields, status: 'success', items: result.value });
        return;
      }
      dropped = droppedBy(result.error);
      failed(result.error, result.errorType);
      if (dropped !== undefined) log({ ...fields, status: dropped });
      else {
        const failure = { ...fields, status: 'failed', error_type: result.errorType };
        log(failure, result.error);
      }
    },
  );
  return { ...result, dropped };
}

/** Whether an error is that of a run that was called off: no fault of the source. A run that is out of time is one of the source that it waits for. */
function isCancelled(signal: AbortSignal, error: unknown): boolean {
  return signal.aborted && signal.reason === error && classifyError(error) !== TIMEOUT;
}

/** A result that can't be read fails the source. Work written in plain JavaScript may forget its result; it was synced all the same. */
function readItems(result: SourceResult | undefined): number {
  return result?.items ?? 0;
}
