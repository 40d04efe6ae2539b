import { datasetDeclared } from '@sightglass/pipeline/metrics';
import { dags, datasets, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { records } from '../dags/panels/now.ts';
import { executionDuration } from '../dags/panels/tasks.ts';
import { pipelineLag, qualityScore } from './panels/overview.ts';
import { datasetNumbers, datasetTable, datasetTimeline } from './panels/states.ts';

/** A window of a week holds four runs of a pipeline that runs once a day. */
const USUAL_WINDOW = 604_800;

/** What pipelines make, in one page: is it there, is it right, how old is it, how long did it take. The panels of reference system 001 below the table and the timeline of all data sets. */
export const overviewDashboard: DashboardSpec = {
  uid: 'sightglass-pipeline-overview',
  title: 'Pipeline Overview',
  description:
    'What pipelines make: the data sets and how old and good they are, how many records were processed, and how long it took.',
  tags: ['pipeline', 'overview', 'generated'],
  minInterval: '30s',
  from: 'now-24h',
  variables: [
    { label: 'layer', title: 'Layer', of: datasets.enabled },
    { label: 'dataset', title: 'Data set', of: datasets.enabled },
  ],
  computed: [windowVariable(dags.windowSeconds, USUAL_WINDOW)],
  annotations: [
    restarts({
      by: ['dataset', 'layer'],
      changed: [promql`changes(${datasetDeclared}[${rateInterval}])`],
      alive: datasetDeclared,
      text: 'A process with the data set {{dataset}} in layer {{layer}} started.',
    }),
  ],
  firing: { labels: ['dataset', 'layer'], others: ['suite', 'column'], of: ['sightglass-datasets'] },
  numbers: datasetNumbers,
  panels: [datasetTable, datasetTimeline, records, qualityScore, pipelineLag, executionDuration],
  related: ['sightglass-datasets', 'sightglass-pipelines', 'sightglass-slo', 'sightglass-telemetry'],
};
