import type { Preset } from '../../engine/mixin/preset.ts';

/** The four alerts of reference system 001 (items 001-A1 to A4), in its order. Its runs are those of a DAG; a task that failed for good is told of as DagTaskFailed besides. */
export const airQuality: Preset = {
  name: 'air-quality',
  of: { dataset: 'measurements', dag_id: 'air_quality' },
  about:
    'The alerts on the data set "measurements" and the DAG "air_quality" under the names of reference system 001.',
  alerts: {
    DatasetLate: 'PipelineLagHigh',
    DatasetQualityLow: 'DataQualityLow',
    DagFailed: 'PipelineExecutionFailed',
    DatasetStale: 'NoRecentData',
  },
};
