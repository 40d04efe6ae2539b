import { datasetDeclared } from '@sightglass/pipeline/metrics';
import { datasets, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval } from '../../engine/window.ts';
import { runsTable, runsTimeline } from '../anomalies/index.ts';
import { expectations, failedExpectations, lastCheck, scoreByLayer } from './panels/checks.ts';
import { freshness, updates } from './panels/freshness.ts';
import { completeness, missing, rows, schema, values, volume } from './panels/records.ts';
import { datasetNumbers, datasetTable, datasetTimeline } from './panels/states.ts';

/** Data sets: is the data new enough, is all of it there, and is it right. Below the table and the timeline of all data sets, the panels of the reference systems. */
export const datasetDashboard: DashboardSpec = {
  uid: 'sightglass-datasets',
  title: 'Data Quality Monitoring',
  shortTitle: 'Data Quality',
  description: 'Data sets: how new, complete and right each is, against what it promises, and what failed.',
  tags: ['data-quality', 'dataset', 'generated'],
  minInterval: '30s',
  from: 'now-24h',
  variables: [
    { label: 'layer', title: 'Layer', of: datasets.enabled },
    { label: 'dataset', title: 'Data set', of: datasets.enabled },
  ],
  annotations: [
    // A process declares its data sets when it starts.
    restarts({
      by: ['dataset', 'layer'],
      changed: [promql`changes(${datasetDeclared}[${rateInterval}])`],
      alive: datasetDeclared,
      text: 'A process with the data set {{dataset}} in layer {{layer}} started.',
    }),
  ],
  firing: { labels: ['dataset', 'layer'], others: ['suite', 'column'] },
  numbers: datasetNumbers,
  panels: [
    datasetTable,
    datasetTimeline,
    freshness,
    updates,
    scoreByLayer,
    failedExpectations,
    expectations,
    lastCheck,
    completeness,
    missing,
    volume,
    rows,
    values,
    schema,
    // 000-P19: a run that gave what earlier ones did not.
    { ...runsTable, title: 'Unusual Runs' },
    { ...runsTimeline, title: 'Unusual since when' },
  ],
  related: ['sightglass-pipeline-overview', 'sightglass-slo', 'sightglass-telemetry'],
};
