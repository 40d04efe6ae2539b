import { dagTaskRuns } from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql } from '../../engine/promql/promql.ts';

/**
 * Names of reference system 001 that differ here. Its counter of failed tasks has no emitter there, and misses the first failure of each task; here each is born at zero. Counters stay apart by
 * instance, so that the restart of one is still seen as its own.
 */
export const dagAliases: readonly Recording[] = [
  {
    record: 'airflow_task_failed_total',
    labels: ['job', 'instance', 'dag_id', 'task_id'],
    expr: promql`sum by (job, instance, dag_id, task_id) (${dagTaskRuns.where({ status: 'failed' })})`,
  },
];
