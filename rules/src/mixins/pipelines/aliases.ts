import { pipelineActiveConsumers } from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql } from '../../engine/promql/promql.ts';

/** The one name of reference system 001 for pipelines that differs here. */
export const pipelineAliases: readonly Recording[] = [
  { record: 'active_streaming_consumers', labels: [], expr: promql`sum(${pipelineActiveConsumers})` },
];
