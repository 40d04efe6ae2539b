import {
  offloadCycleDurationObjective,
  offloadInterval,
  offloadSuccessObjective,
  offloadThroughputObjective,
} from '@sightglass/pipeline/metrics';
import { ALERTS } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql, where } from '../../engine/promql/promql.ts';
import { consecutiveFailures, interval, lag, lagObjective, watermarkUpdated } from './last-known.ts';
import { cycleDuration, cyclesInWindow, successRatio, throughput } from './recordings.ts';
import {
  consecutiveFailuresCritical,
  cycleSlowRatio,
  lagElevatedRatio,
  unsuccessfulCycles,
  watermarkStaleIntervals,
  watermarkStaleSeconds,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-offload', panel: title });
const firing = (alertname: string) => where(ALERTS, { alertname, alertstate: 'firing' });

const cycleDurationObjective = promql`max by (layer) (${offloadCycleDurationObjective})`;

export const offloadAlerts: readonly AlertOptions[] = [
  {
    alert: 'IcebergOffloadConsecutiveFailures',
    expr: promql`${consecutiveFailures} >= ${consecutiveFailuresCritical}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A table fails in every offload.',
    description:
      'Table {{ $labels.table }} of layer {{ $labels.layer }} has failed {{ $value | humanize }} times in a row.',
    impact:
      'The cold tier gets nothing new for this table; rows that the hot store expires before the next success are lost.',
    action:
      'Look up the error_type of the table in the panel "Error rate", then the error in the log line "offload of a table: failed".',
    runbook: 'offload-failure',
    dashboard: panel('Error rate'),
  },
  {
    alert: 'IcebergOffloadLagCritical',
    expr: promql`${lag} > on (layer, table) ${lagObjective}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A table is further behind than its lag objective allows.',
    description:
      'Table {{ $labels.table }} of layer {{ $labels.layer }} is {{ $value | humanizeDuration }} behind.',
    impact: 'The lag objective is broken: queries on the cold tier miss this much of the newest data.',
    action: 'See whether cycles still finish and whether this table fails in them; then follow the runbook.',
    runbook: 'offload-lag',
    dashboard: panel('Offload lag'),
  },
  {
    alert: 'IcebergOffloadCycleTooSlow',
    expr: promql`${cycleDuration} > on (layer) ${cycleDurationObjective}`,
    for: minutes(2),
    keepFiringFor: minutes(5),
    severity: 'critical',
    summary: 'An offload cycle takes longer than its objective allows.',
    description:
      'The latest cycle of layer {{ $labels.layer }} has taken {{ $value | humanizeDuration }}, whether or not it has ended.',
    impact: 'The next cycle starts late or overlaps, and both stores are loaded for longer than planned.',
    action:
      'See whether the cycle still runs and which table holds it; a hanging table needs its connection or the process ended.',
    runbook: 'offload-performance',
    dashboard: panel('Cycle duration'),
  },
  {
    alert: 'IcebergOffloadWatermarkStale',
    expr: promql`time() - ${watermarkUpdated}
      > on (layer) group_left ()
      clamp_min(${watermarkStaleIntervals} * ${interval}, ${watermarkStaleSeconds})`,
    for: minutes(5),
    severity: 'critical',
    summary: 'The watermark of a table no longer moves.',
    description:
      'The watermark of table {{ $labels.table }} in layer {{ $labels.layer }} last moved {{ $value | humanizeDuration }} ago.',
    impact: 'The pipeline hangs or runs without effect: the table is not getting any more complete.',
    action: 'See whether cycles finish and write rows; then whether the source still gets rows at all.',
    runbook: 'offload-watermark',
    dashboard: panel('Offload lag'),
  },
  {
    alert: 'IcebergOffloadSchedulerDown',
    expr: promql`${interval} unless on (layer) ${offloadInterval}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'The offload scheduler is gone.',
    description:
      'No process exports metrics for layer {{ $labels.layer }}, which was there in the last seven days: it crashed, or it can not be scraped.',
    impact: 'No table of the layer is offloaded while the process is down, and the lag of all of them grows.',
    action: 'See whether the process runs; start it, or repair the way from Prometheus to its metrics.',
    runbook: 'scheduler-recovery',
    dashboard: panel('Configured tables'),
  },
  {
    alert: 'IcebergOffloadSuccessRateLow',
    expr: promql`${successRatio} < on (layer) max by (layer) (${offloadSuccessObjective})
      and on (layer)
      sum by (layer) (${where(cyclesInWindow, { status: { not: 'success' } })}) >= ${unsuccessfulCycles}`,
    for: minutes(10),
    keepFiringFor: minutes(15),
    severity: 'warning',
    summary: 'Too few offload cycles succeed.',
    description:
      '{{ $value | humanizePercentage }} of the recent cycles of layer {{ $labels.layer }} offloaded every table.',
    impact: 'Some tables get their rows late; gaps stay small as long as the next cycles fill them.',
    action: 'Look up which tables fail and why in the panel "Error rate".',
    runbook: 'offload-failure',
    dashboard: panel('Success rate'),
  },
  {
    alert: 'IcebergOffloadLagElevated',
    expr: promql`${lag} > on (layer, table) ${lagElevatedRatio} * ${lagObjective}
      unless on (layer, table) ${firing('IcebergOffloadLagCritical')}`,
    for: minutes(10),
    severity: 'warning',
    summary: 'A table is close to the limit of its lag objective.',
    description:
      'Table {{ $labels.table }} of layer {{ $labels.layer }} is {{ $value | humanizeDuration }} behind.',
    impact: 'None yet; if the lag goes on growing, the lag objective will be broken.',
    action: 'See whether cycles have become slower or rarer, and whether this table fails in some of them.',
    runbook: 'offload-lag',
    dashboard: panel('Offload lag'),
  },
  {
    alert: 'IcebergOffloadThroughputLow',
    expr: promql`${throughput} < on (layer) max by (layer) (${offloadThroughputObjective})`,
    for: minutes(15),
    keepFiringFor: minutes(15),
    severity: 'warning',
    summary: 'Offloads move fewer rows per second of work than they should.',
    description: 'Layer {{ $labels.layer }} moves {{ $value | humanize }} rows for each second of work.',
    impact: 'Cycles take longer; if volume grows, lag will follow.',
    action: 'See in the panel "Throughput quantiles" whether one table or all have become slower.',
    runbook: 'offload-performance',
    dashboard: panel('Throughput quantiles'),
  },
  {
    alert: 'IcebergOffloadCycleSlow',
    expr: promql`${cycleDuration} > on (layer) ${cycleSlowRatio} * ${cycleDurationObjective}
      unless on (layer) ${firing('IcebergOffloadCycleTooSlow')}`,
    for: minutes(10),
    severity: 'warning',
    summary: 'Offload cycles take more than half of the time that they may.',
    description: 'The latest cycle of layer {{ $labels.layer }} has taken {{ $value | humanizeDuration }}.',
    impact: 'None yet; if cycles go on getting longer, they will overlap.',
    action: 'Compare the panel "Offload duration" with last week to find the table that has become slower.',
    runbook: 'offload-performance',
    dashboard: panel('Cycle duration'),
  },
];
