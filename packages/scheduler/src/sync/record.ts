import { classifyError, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { logRun, neverThrows } from '@sightglass/core/authors';
import { jobErrors } from '../job/metrics.ts';
import { type EndStatus, isOneOf, runStatuses, type Trigger } from '../job/outcomes.ts';
import { recordRun } from '../job/record-run.ts';
import { logOf } from '../job/registry.ts';
import { isRetired } from '../job/retire.ts';
import * as metrics from './metrics.ts';
import { know, type SourceLabels } from './sources.ts';

/** How a source went within a run that is recorded by hand. */
export interface SourceReport {
  readonly source: string;
  /** Items fetched and written. Default 0. */
  readonly items?: number;
  /** What kind of failure kept it from being synced, from a small set. Absent when it was synced. */
  readonly errorType?: string | undefined;
  /** How long each request to it took, in seconds. Default: none is recorded. */
  readonly requestSeconds?: readonly number[];
  /** Items or batches that could not be written. Default 0. */
  readonly writeErrors?: number;
}

/** What {@link recordSyncRun} takes. */
export interface SyncRunReport {
  /** The job's name. */
  readonly name: string;
  /** Default `scheduled`. */
  readonly trigger?: Trigger;
  /** Default by the sources: `success` when none failed, `partial` when another succeeded, else `failed`. */
  readonly status?: EndStatus;
  readonly durationSeconds: number;
  /** Each source that the run tried. */
  readonly sources: readonly SourceReport[];
  /** What kind of error ended a run that failed or timed out. Default: what its sources have in common, else `timeout` or `process_error` by the status. */
  readonly errorType?: string;
  /** What is logged as the cause. Default: the kind of error. */
  readonly cause?: unknown;
}

/**
 * Records a run of a sync that has just ended, all by hand: the same metrics as `syncRun`, but what is visible only while a run is under way. It works without a declaration too; a
 * declared sync has its series from the start, and counts what was missed when a scheduler runs it here. Never throws.
 */
export const recordSyncRun = neverThrows(metrics.syncItems, (report: SyncRunReport): void => {
  const { name: job_name, trigger = 'scheduled', durationSeconds, sources } = report;
  const failed = sources.filter(({ errorType }) => errorType !== undefined);
  const status = report.status ?? statusOf(sources.length, failed.length);
  let items = 0;
  for (const one of sources) {
    recordSource({ job_name, source: one.source }, one);
    items += Number.isFinite(one.items) ? (one.items as number) : 0;
  }
  const retired = isRetired(job_name);
  if (!retired) {
    metrics.syncItemsLastRun.set(items, { job_name });
    recordRun(job_name, trigger, status, durationSeconds);
  }
  const fields = { job_name, trigger, status, items, duration_seconds: durationSeconds };
  if (!isOneOf(runStatuses.failed, status)) {
    logRun('job', fields, undefined, logOf(job_name));
    return;
  }
  const error_type = report.errorType ?? kindOf(failed, status);
  if (!retired) jobErrors.add(1, { job_name, error_type });
  logRun('job', { ...fields, error_type }, report.cause ?? error_type, logOf(job_name));
});

/** Records that a source was synced without an error. */
export function recordSynced(labels: SourceLabels, items: number): void {
  if (!know(labels)) return;
  metrics.syncItems.add(items, labels);
  metrics.syncSourceLastSuccess.setToNow(labels);
}

/** Counts a failure to fetch from a source. */
export function recordSourceError(labels: SourceLabels, error_type: string, cause?: unknown): void {
  if (!know(labels)) return;
  metrics.syncErrors.add(1, { ...labels, error_type });
  metrics.syncSourceLastError.setToNow(labels);
  if (error_type === TIMEOUT || classifyError(cause) === TIMEOUT) {
    metrics.syncTimeouts.add(1, labels);
    metrics.syncSourceLastTimeout.setToNow(labels);
  }
}

/** Counts what was fetched and could not be written. */
export function recordWriteErrors(labels: SourceLabels, count: number): void {
  if (know(labels)) addWriteErrors(labels, count);
}

function recordSource(labels: SourceLabels, report: SourceReport): void {
  const { items = 0, errorType, requestSeconds = [], writeErrors = 0 } = report;
  if (!know(labels)) return;
  for (const seconds of requestSeconds) metrics.syncRequestDuration.record(seconds, labels);
  addWriteErrors(labels, writeErrors);
  if (errorType === undefined) recordSynced(labels, items);
  else {
    metrics.syncItems.add(items, labels);
    recordSourceError(labels, errorType);
  }
}

function statusOf(tried: number, failed: number): EndStatus {
  if (failed === 0) return 'success';
  return failed < tried ? 'partial' : 'failed';
}

function kindOf(failed: readonly SourceReport[], status: EndStatus): string {
  const kinds = new Set(failed.map(({ errorType }) => errorType as string));
  const [kind] = kinds;
  if (kinds.size === 1 && kind !== undefined) return kind;
  return status === 'timeout' ? TIMEOUT : PROCESS_ERROR;
}

function addWriteErrors(labels: SourceLabels, count: number): void {
  metrics.syncWriteErrors.add(count, labels);
  if (count > 0) metrics.syncLastWriteError.setToNow({ job_name: labels.job_name });
}
