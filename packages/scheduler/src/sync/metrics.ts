import { counter, gauge, histogram } from '@sightglass/core';

/** What a sync is: a job that fetches items from sources and writes them somewhere. */

export const syncItems = counter('sync_items_total', {
  help: 'Items synced from the source.',
  labels: ['job_name', 'source'],
  unit: '{item}',
});

export const syncItemsLastRun = gauge('sync_last_run_items', {
  help: 'Items that the last run synced, over all sources.',
  labels: ['job_name'],
  unit: '{item}',
  merge: { newestBy: 'job_last_run_timestamp_seconds' },
});

export const syncItemsObjective = gauge('sync_items_objective', {
  help: 'Items that a run should sync at least, over all sources.',
  labels: ['job_name'],
  unit: '{item}',
  merge: 'max',
});

export const syncRequestDuration = histogram('sync_source_request_duration_seconds', {
  help: 'How long the source took to answer one request.',
  labels: ['job_name', 'source'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});

export const syncErrors = counter('sync_source_errors_total', {
  help: 'Failures to fetch from the source by kind, timeouts included; what was fetched and could not be written counts in sync_write_errors_total.',
  labels: ['job_name', 'source', 'error_type'],
  unit: '{error}',
});

export const syncTimeouts = counter('sync_source_timeouts_total', {
  help: 'Requests to the source that timed out.',
  labels: ['job_name', 'source'],
  unit: '{timeout}',
});

export const syncWriteErrors = counter('sync_write_errors_total', {
  help: 'Items or batches that were fetched and could not be written.',
  labels: ['job_name', 'source'],
  unit: '{error}',
});

export const syncSourcesConfigured = gauge('sync_sources_configured', {
  help: 'Sources that the sync fetches from now: those that were declared and those that were found while it ran.',
  labels: ['job_name'],
  unit: '{source}',
  merge: 'max',
});

export const syncSourceChanges = counter('sync_source_changes_total', {
  help: 'Sources that came to the sync or went from it while this process ran.',
  labels: { job_name: String, change: ['added', 'retired'] },
  unit: '{source}',
});

export const syncSourceSeen = gauge('sync_source_first_seen_timestamp_seconds', {
  help: 'When the source was first declared or synced in this process, in Unix seconds.',
  labels: ['job_name', 'source'],
  merge: 'min',
});

export const syncSourceLastSuccess = gauge('sync_source_last_success_timestamp_seconds', {
  help: 'When the source was last synced without an error, in Unix seconds; reloaded at the start where the host keeps it.',
  labels: ['job_name', 'source'],
});

export const syncSourceRetired = gauge('sync_source_retired_timestamp_seconds', {
  help: 'When somebody said that the source is gone for good, in Unix seconds; every other series of it has ended.',
  labels: ['job_name', 'source'],
});

export const syncSourceLastError = gauge('sync_source_last_error_timestamp_seconds', {
  help: 'When fetching from the source last failed, in Unix seconds; absent until it does.',
  labels: ['job_name', 'source'],
});

export const syncSourceLastTimeout = gauge('sync_source_last_timeout_timestamp_seconds', {
  help: 'When a request to the source last timed out, in Unix seconds; absent until one does.',
  labels: ['job_name', 'source'],
});

export const syncLastWriteError = gauge('sync_last_write_error_timestamp_seconds', {
  help: 'When the sync last could not write something that it had fetched, in Unix seconds; absent until it can not.',
  labels: ['job_name'],
});
