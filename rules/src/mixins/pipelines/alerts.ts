import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import {
  consecutiveFailures,
  durationObjective,
  exportedBy,
  failedRecords,
  isDisabled,
  isEnabled,
  isGone,
  isStale,
  lastDuration,
  running,
  services,
  unconsumed,
} from './recordings.ts';
import { pipelineRecordsFailedRatio, pipelineSharedName, pipelineStuckRatio } from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-pipelines', panel: title });

/** Pipelines that do not run, or not to a good end. */
const criticalPipelineAlerts: readonly AlertOptions[] = [
  {
    alert: 'PipelineGone',
    // One outage is one page: what was told as gone goes on until it has succeeded again.
    expr: promql`(
        ${isGone}
        or on (pipeline_name)
        (${isStale} and on (pipeline_name) ${firing('PipelineGone')})
      ) * on (pipeline_name) group_left (job) ${exportedBy}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'No process has a pipeline any more.',
    description:
      'Nobody exports pipeline {{ $labels.pipeline_name }}, which service {{ $labels.job }} had, or it has come back and has not succeeded since; what it made is {{ $value | humanizeDuration }} old.',
    impact: 'What the pipeline keeps up to date is older than promised, and will not be renewed by itself.',
    incident: ['job'],
    action:
      'See whether the application runs; start it, or repair the way from Prometheus to its metrics. If the pipeline was removed on purpose, say so with retirePipeline().',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineNoConsumer',
    expr: promql`(${unconsumed} > ${0} and on (pipeline_name) ${isEnabled}) * on (pipeline_name) group_left (job) ${exportedBy}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'Nobody consumes what a pipeline streams.',
    description:
      'Pipeline {{ $labels.pipeline_name }}, which service {{ $labels.job }} has or had, has had no consumer at work for {{ $value | humanizeDuration }}.',
    impact: 'What comes in is not processed, and may be lost when its source keeps it no longer.',
    incident: ['job'],
    action:
      'See whether the consumers run and are connected; start them. If the pipeline is paused on purpose, say so with disable(); if it was removed, with retirePipeline().',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineStuck',
    expr: promql`${running} > on (pipeline_name) ${pipelineStuckRatio} * ${durationObjective} and on (pipeline_name) ${isEnabled}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'An execution of a pipeline hangs.',
    description:
      'An execution of pipeline {{ $labels.pipeline_name }} has been under way for {{ $value | humanizeDuration }}, several times as long as it may.',
    impact: 'It holds what it holds, and what the pipeline keeps up to date grows old.',
    action:
      'Find out what it waits for; end the process if it does not come back, and start it again. A time limit (timeoutSeconds) ends it by itself.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineFailed',
    expr: promql`${consecutiveFailures} > ${0} and on (pipeline_name) ${isEnabled}`,
    for: minutes(1),
    severity: 'critical',
    summary: 'The last execution of a pipeline failed.',
    description: 'Pipeline {{ $labels.pipeline_name }} has failed {{ $value | humanize }} times in a row.',
    impact: 'What the pipeline keeps up to date stays as it was after its last success.',
    action:
      'Look up the error_type of the failures, then the error in the log line "pipeline: failed"; repair the cause and start it again.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineStale',
    expr: promql`${isStale}
      unless on (pipeline_name) ${firing('PipelineGone')}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'The last success of a pipeline is too long ago.',
    description:
      'What pipeline {{ $labels.pipeline_name }} made is {{ $value | humanizeDuration }} old, more than it promises.',
    impact: 'Whoever reads what the pipeline makes reads old data.',
    action: 'See whether anything starts the pipeline, and how its executions end.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
];

const otherPipelineAlerts: readonly AlertOptions[] = [
  {
    alert: 'PipelineSlow',
    expr: promql`${lastDuration} > on (pipeline_name) ${durationObjective}
      or on (pipeline_name)
      ${running} > on (pipeline_name) ${durationObjective}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A pipeline takes longer than it may.',
    description:
      'The last execution of pipeline {{ $labels.pipeline_name }}, or the one that is under way, took {{ $value | humanizeDuration }}.',
    impact: 'None yet; what the pipeline makes comes later than promised.',
    action: 'Find out which part has become slower: its source, what it writes to, or the process itself.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineRecordsFailed',
    expr: promql`${failedRecords} > ${pipelineRecordsFailedRatio}`,
    noForReason: 'It is about an hour already.',
    // A layer is written by several pipelines, and an offload may have one of the same name.
    about: [],
    severity: 'warning',
    summary: 'Records could not be written.',
    description:
      'Of the records of the last hour for layer {{ $labels.layer }}, {{ $value | humanizePercentage }} could not be written.',
    impact: 'They are missing in the layer, and in what is computed from it.',
    action: 'Find the error in the log of the pipeline that writes the layer; load again what is missing.',
    runbook: 'pipelines',
    dashboard: panel('Records That Failed'),
  },
  {
    alert: 'PipelineNameShared',
    expr: promql`${services} > ${pipelineSharedName}`,
    for: minutes(30),
    severity: 'warning',
    summary: 'Two services have a pipeline of the same name.',
    description: 'The pipeline {{ $labels.pipeline_name }} is declared by {{ $value | humanize }} services.',
    impact: 'They count as one pipeline: when one of them stops or fails, the other hides it.',
    action:
      'Give one of the pipelines another name, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
  {
    alert: 'PipelineDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A pipeline is disabled.',
    description:
      'Pipeline {{ $labels.pipeline_name }} has been disabled; nobody is told when what it makes becomes old.',
    impact: 'What the pipeline keeps up to date grows old, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'pipelines',
    dashboard: panel('Pipelines'),
  },
];

/** The alerts on pipelines, the critical ones first. */
export const pipelineAlerts: readonly AlertOptions[] = [...criticalPipelineAlerts, ...otherPipelineAlerts];
