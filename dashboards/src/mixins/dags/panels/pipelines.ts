import { pipelineActiveConsumers } from '@sightglass/pipeline/metrics';
import { pipelines, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';
import { alertNamed } from '../../alerts.ts';

/** What a pipeline is, the worst first. */
const states: readonly State[] = [
  { name: 'gone', color: 'red', query: promql`max by (pipeline_name) (${alertNamed('PipelineGone').expr})` },
  { name: 'stuck', color: 'red', query: promql`(${alertNamed('PipelineStuck').expr})` },
  { name: 'disabled', color: 'yellow', query: pipelines.isDisabled },
  { name: 'failed', color: 'red', query: promql`(${pipelines.consecutiveFailures} > 0)` },
  {
    name: 'unconsumed',
    color: 'red',
    query: promql`max by (pipeline_name) (${alertNamed('PipelineNoConsumer').expr})`,
  },
  { name: 'old', color: 'red', query: pipelines.isStale },
  { name: 'slow', color: 'yellow', query: promql`(${alertNamed('PipelineSlow').expr})` },
  { name: 'running', color: 'blue', query: promql`${pipelines.running}` },
  { name: 'ok', color: 'green', query: promql`${pipelines.enabled}` },
];

/** A row for each pipeline, whatever starts it. */
export const [pipelineTable] = rowsAndBands({
  noun: 'pipeline',
  title: 'Pipelines',
  by: ['pipeline_name'],
  legend: '{{pipeline_name}}',
  states,
  described:
    'how old what it made is, and as a share of what it promises; failures in a row; how long the last execution took, how long the one that is under way has taken, and the last as a share of what it promises; how many consumers are at work; and how many services share its name, where it is more than one.',
  heights: [9, 7],
  columns: [
    { query: promql`${pipelines.age}`, legend: 'Age' },
    {
      query: promql`${pipelines.age} / on (pipeline_name) (${pipelines.freshnessObjective} > 0)`,
      legend: 'Age of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`${pipelines.consecutiveFailures}`, legend: 'Failures in a row', unit: unit.count },
    { query: promql`${pipelines.lastDuration}`, legend: 'Last took' },
    { query: promql`${pipelines.running}`, legend: 'Under way for' },
    {
      query: promql`${pipelines.lastDuration} / on (pipeline_name) (${pipelines.durationObjective} > 0)`,
      legend: 'Took of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    {
      query: promql`sum by (pipeline_name) (${pipelineActiveConsumers})`,
      legend: 'Consumers',
      unit: unit.count,
    },
    { query: alertNamed('PipelineNameShared').expr, legend: 'Services', unit: unit.count },
  ],
});

/** What could not be written, which the number of records alone would hide. */
export const failedRecords: PanelSpec = {
  title: 'Records That Failed',
  description:
    'The share of the records of the last hour that could not be written, of the eight layers where it is largest. The red line is where PipelineRecordsFailed speaks.',
  type: 'timeseries',
  unit: unit.ratio,
  width: 24,
  height: 7,
  queries: [
    {
      query: promql`topk(8, ${pipelines.failedRecords})`,
      legend: '{{layer}}',
      line: pipelines.pipelineRecordsFailedRatio,
    },
  ],
};
