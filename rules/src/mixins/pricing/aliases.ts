import { dbClientOperationDuration } from '@sightglass/core/metrics';
import {
  jobInterval,
  jobRunDuration,
  jobRuns,
  syncErrors,
  syncItems,
  syncRequestDuration,
  syncTimeouts,
  syncWriteErrors,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import {
  bucketOf,
  countOf,
  type MetricReference,
  promql,
  type Query,
  raw,
  sumOf,
  where,
} from '../../engine/promql/promql.ts';
import { BEGAN, FAILED } from '../jobs/counts.ts';
import { enabled, interval } from '../jobs/recordings.ts';
import { sourceLastSuccess } from '../syncs/recordings.ts';

/** Reference system 002 has one job, and so no label for it. */
export const PRICING_JOB = 'pricing-sync';

/** 002-M1 knows two ends; what is not a success is a failure. */
const NOT_WELL = [...FAILED, 'partial'] as const;

/** Our sources are its providers. */
const provider = (series: Query): Query =>
  promql`label_replace(${series}, "provider", "$1", "source", "(.*)")`;

/** Counters stay apart by instance, so that the restart of one is still seen as its own. */
const perInstance = (record: string, metric: Query, ...labels: readonly string[]): Recording => {
  const all = ['job', 'instance', ...labels];
  return { record, labels: all, expr: promql`sum by (${raw(all.join(', '))}) (${metric})` };
};

const histogram = (
  record: string,
  metric: MetricReference,
  of: (series: MetricReference) => Query,
  ...labels: readonly string[]
): Recording[] => [
  perInstance(`${record}_bucket`, of(bucketOf(metric)), 'le', ...labels),
  perInstance(`${record}_sum`, of(sumOf(metric)), ...labels),
  perInstance(`${record}_count`, of(countOf(metric)), ...labels),
];

/** Names of reference system 002 that differ here, for its one job. The process's own names (002-M13, M14) are the same here and need no alias. */
export function pricingAliases(job_name: string): readonly Recording[] {
  const job = { job_name };
  const ended = (status: string, expr: Query): Recording => ({
    record: 'pricing_scheduled_sync_runs_total',
    labels: ['job', 'instance', 'status'],
    staticLabels: { status },
    expr,
  });
  const runs = (status: 'success' | typeof NOT_WELL) =>
    jobRuns.where({ ...job, trigger: 'scheduled', status });
  return [
    // One series for each instance: the aggregation only takes its other labels off.
    ended('success', promql`max by (job, instance) (${runs('success')})`),
    ended('failed', promql`sum by (job, instance) (${runs(NOT_WELL)})`),
    ...histogram(
      'pricing_scheduled_sync_duration_seconds',
      jobRunDuration.where(job),
      (series) => promql`${series}`,
    ),
    {
      record: 'pricing_last_sync_timestamp',
      labels: ['provider'],
      expr: promql`max by (provider) (${provider(promql`${where(sourceLastSuccess, job)}`)})`,
    },
    perInstance('pricing_models_synced_total', provider(promql`${syncItems.where(job)}`), 'provider'),
    perInstance(
      'pricing_manual_sync_runs_total',
      promql`${jobRuns.where({ ...job, trigger: 'manual', status: BEGAN })}`,
    ),
    { record: 'pricing_sync_interval_hours', labels: [], expr: promql`max(${where(interval, job)}) / 3600` },
    { record: 'pricing_scheduler_enabled', labels: [], expr: promql`max(${where(enabled, job)})` },
    perInstance(
      'pricing_provider_errors_total',
      provider(promql`${syncErrors.where(job)}`),
      'provider',
      'error_type',
    ),
    ...histogram(
      'pricing_provider_request_duration_seconds',
      syncRequestDuration.where(job),
      (series) => provider(promql`${series}`),
      'provider',
    ),
    perInstance('pricing_models_update_errors_total', promql`${syncWriteErrors.where(job)}`),
    ...histogram(
      'pricing_database_query_duration_seconds',
      { descriptor: dbClientOperationDuration },
      (series) => promql`${series} and on (job, instance) ${jobInterval.where(job)}`,
    ),
    perInstance('pricing_provider_timeouts_total', provider(promql`${syncTimeouts.where(job)}`), 'provider'),
  ];
}
