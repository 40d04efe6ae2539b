import type { Recording } from '../../engine/model/rule.ts';
import { promql } from '../../engine/promql/promql.ts';
import { age, score } from './recordings/index.ts';

/** Names of reference system 001 that differ here: the worst of each layer, where that system has the average or knows one data set alone. */
export const datasetAliases: readonly Recording[] = [
  { record: 'data_quality_score', labels: ['layer'], expr: promql`100 * min by (layer) (${score})` },
  { record: 'pipeline_lag_seconds', labels: ['layer'], expr: promql`max by (layer) (${age})` },
];
