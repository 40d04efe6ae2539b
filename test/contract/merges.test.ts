import { declaredMetrics } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { mergeOf } from '../../packages/core/src/catalog/index.ts';

/* How the gauges of the packages are merged where one process serves for several. */

test('who did it last is told by a gauge that is there, is the latest or the highest, and has no further labels', () => {
  const byAnother = declaredMetrics.flatMap((metric) =>
    typeof metric.merge === 'object' ? [{ metric, judge: metric.merge.newestBy }] : [],
  );
  expect(byAnother.length).toBeGreaterThan(4);
  for (const { metric, judge } of byAnother) {
    const found = declaredMetrics.find(({ name }) => name === judge);
    expect(found, `${judge}, which ${metric.name} is judged by`).toBeDefined();
    expect(['latest', 'max']).toContain(mergeOf(found!));
    const names = metric.labels.map(({ name }) => name);
    expect(found!.labels.filter(({ name }) => !names.includes(name))).toEqual([]);
  }
});

test('what a container counts for all of its processes is not added up', () => {
  const ofContainer = declaredMetrics.filter(({ name }) => name.includes('cgroup'));
  expect(ofContainer.length).toBeGreaterThan(3);
  for (const metric of ofContainer) expect(mergeOf(metric), metric.name).toBe('max');
});

test('nothing that is the same in all processes is added up', () => {
  const added = declaredMetrics.filter((metric) => metric.kind === 'gauge' && mergeOf(metric) === 'sum');
  expect(added.length).toBeGreaterThan(3);
  expect(
    added
      .map(({ name }) => name)
      .filter((name) => /_(objective|ratio|interval|pages|state|enabled)(_|$)/.test(name)),
  ).toEqual([]);
});

/** How each gauge is merged, by what it is: the first pattern that its name has. A gauge that has none wants one, with a reason. */
const BY_WHAT_IT_IS: readonly (readonly [name: RegExp, merged: string])[] = [
  // What nobody here exports has no say in it.
  [/^(container|node)_/, 'sum'],
  // Of each process by itself, or of the one that serves.
  [/^(nodejs_|v8js_|process_(?!cgroup))/, 'each'],
  [/^sightglass_(clock|process)/, 'own'],
  [/^sightglass_collector_duration|^health_check_duration/, 'max'],
  // The worst says what there is to be said.
  [/^(health_check_status|sightglass_collector_success|queue_items_read)$/, 'min'],
  // The oldest that is under way, the first deadline.
  [/_(started|deadline|oldest_ready|first_seen)_timestamp_seconds$/, 'min'],
  // Whatever one process says of what all share.
  [
    /(_objective(_\w+)?|_warning_(seconds|ratio)|_lifecycle_state|_pages|_enabled|_shared|_capacity|_sla_seconds|_sensitivity)$/,
    'max',
  ],
  [/(_interval_seconds|_timeout_seconds|_configured|_expected|_bound|_(min|max)_rows|cgroup_\w+)$/, 'max'],
  [/_next_run_timestamp_seconds$/, 'max'],
  // Work is over only when all who had it say so; a restart is no news where nothing is remembered of the thing itself.
  [/^(dag|job|offload|pipeline|sync)_declared_timestamp_seconds$/, 'min'],
  [/_declared_timestamp_seconds$/, 'latest'],
  [/^sql_collector_last_(poll|success)_timestamp_seconds$/, 'max'],
  // A database that one can read is read, a backend that all see has as many as the most see.
  [/^(dataset_newest_record_read|queue_items|sql_collector_polling)$/, 'max'],
  // What was found or done last is that of whoever did it last.
  [/^dataset_(empty|newest_record_timestamp_seconds)$/, 'by dataset_newest_record_known_timestamp_seconds'],
  [
    /^dataset_(completeness_ratio|expected_records|gaps|missing_records)$/,
    'by dataset_completeness_timestamp_seconds',
  ],
  [/^dataset_check_errored$/, 'by dataset_check_last_run_timestamp_seconds'],
  [/^dataset_(check_(?!last)|quality_score)/, 'by dataset_check_last_verdict_timestamp_seconds'],
  [/^dataset_value(s_out_of_range|_largest|_smallest)$/, 'by dataset_values_timestamp_seconds'],
  [/^dataset_load_rows$/, 'by dataset_last_load_timestamp_seconds'],
  [/^dataset_schema_differences$/, 'by dataset_schema_timestamp_seconds'],
  [/^offload_watermark_timestamp_seconds$/, 'by offload_watermark_updated_timestamp_seconds'],
  [/_timestamp_seconds$/, 'latest'],
  [/^dag_last_recovery_seconds$/, 'by dag_last_success_timestamp_seconds'],
  [
    /^(dag|job)_(consecutive_failures|(task_)?last_(run_)?duration_seconds)$/,
    'by $1_last_run_timestamp_seconds',
  ],
  [/^sync_last_run_items$/, 'by job_last_run_timestamp_seconds'],
  [/^offload_(consecutive_failures|last_cycle_duration_seconds)$/, 'by offload_last_cycle_timestamp_seconds'],
  [
    /^pipeline_(consecutive_failures|last_execution_duration_seconds)$/,
    'by pipeline_last_execution_timestamp_seconds',
  ],
  [/^statistic_/, 'by statistic_last_run_timestamp_seconds'],
  [/^sql_collector_success$/, 'by sql_collector_last_poll_timestamp_seconds'],
  [/^sql_collector_values$/, 'by sql_collector_last_success_timestamp_seconds'],
  // What each process has of its own is added up.
  [/_(running|in_flight|slots|consumers|connections|requests|count)$|^db_client_connection_max$/, 'sum'],
];

test.each(declaredMetrics.filter(({ kind }) => kind === 'gauge'))(
  '$name is merged as what it is',
  (metric) => {
    const merge = mergeOf(metric);
    const [name, merged] = BY_WHAT_IT_IS.find(([pattern]) => pattern.test(metric.name))!;
    expect(typeof merge === 'string' ? merge : `by ${merge.newestBy}`).toBe(
      merged.replace('$1', name.exec(metric.name)![1] ?? ''),
    );
  },
);
