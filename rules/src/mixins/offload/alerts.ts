import {
  offloadCycleDurationObjective,
  offloadSuccessObjective,
  offloadThroughputObjective,
} from '@sightglass/pipeline/metrics';
import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { hours, minutes } from '../../engine/promql/duration.ts';
import { promql, where } from '../../engine/promql/promql.ts';
import { consecutiveFailures, cyclesInWindow, successRatio, throughput } from './counts.ts';
import {
  cycleDuration,
  interval,
  intervalChanged,
  isDisabled,
  isEnabled,
  lag,
  lagObjective,
  lagObjectiveChanged,
  sharedTables,
  tables,
  watermarkAge,
  working,
} from './recordings.ts';
import {
  consecutiveFailuresCritical,
  cycleSlowRatio,
  lagElevatedRatio,
  servicesOfATable,
  unsuccessfulCycles,
  watermarkStaleIntervals,
  watermarkStaleSeconds,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-offload', panel: title });

/** For how long after an outage what follows from it is not told of: the time to catch up. */
const RECOVERY = hours(1);
const told = (...alertname: readonly string[]) => promql`max_over_time(${firing(alertname)}[${RECOVERY}])`;

/** One outage is one page: that the pipeline is gone is told of by itself, and what follows from it is not; nor of a layer that is meant to rest. */
const whileLayerWorks = promql`unless on (layer) ${told('IcebergOffloadSchedulerDown', 'IcebergOffloadDisabled')}`;
/** The same of a table, which may be gone by itself, or fail. */
const whileTableWorks = promql`${whileLayerWorks}
      unless on (layer, table) ${told('IcebergOffloadTableGone', 'IcebergOffloadConsecutiveFailures')}`;

/** How long a watermark may stand still. */
const stillFor = promql`clamp_min(${watermarkStaleIntervals} * ${interval}, ${watermarkStaleSeconds})`;

const cycleDurationObjective = promql`max by (layer) (${offloadCycleDurationObjective})`;

/** That something is gone, or meant to rest: before what holds back while that is told of. */
const goneAlerts: readonly AlertOptions[] = [
  {
    alert: 'IcebergOffloadSchedulerDown',
    expr: promql`${interval} and on (layer) ${isEnabled} unless on (layer) ${working}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'The offload scheduler is gone.',
    description:
      'No process offloads layer {{ $labels.layer }} any more: it crashed, it can not be scraped, or of those that stand by none is elected.',
    impact: 'No table of the layer is offloaded while that lasts, and the lag of all of them grows.',
    action:
      'See whether the process runs; start it, or repair the way from Prometheus to its metrics. If the layer was removed on purpose, say so with retireOffload().',
    runbook: 'scheduler-recovery',
    dashboard: panel('Configured tables'),
  },
  {
    alert: 'IcebergOffloadTableGone',
    expr: promql`time() - ${tables.gone}
      and on (layer) ${isEnabled}
      and on (layer) ${working}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A table is no longer offloaded, though its layer is.',
    description:
      'No process has table {{ $labels.table }} of layer {{ $labels.layer }} any more, since {{ $value | humanizeDuration }}; other tables of the layer are offloaded.',
    impact:
      'The cold tier gets nothing new for this table; rows that the hot store expires meanwhile are lost.',
    action:
      'See whether one of several pipelines of the layer has died, and start it. If the table was removed on purpose, say so with retireTable().',
    runbook: 'scheduler-recovery',
    dashboard: panel('Configured tables'),
  },
  {
    alert: 'IcebergOffloadDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A layer is disabled.',
    description: 'Layer {{ $labels.layer }} has been disabled; nobody is told when its tables fall behind.',
    impact: 'The cold tier gets nothing new for the layer, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'scheduler-recovery',
    dashboard: panel('Configured tables'),
  },
];

const failureAlerts: readonly AlertOptions[] = [
  {
    alert: 'IcebergOffloadConsecutiveFailures',
    expr: promql`${consecutiveFailures} >= ${consecutiveFailuresCritical}
      unless on (layer) ${firing('IcebergOffloadDisabled')}`,
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
    expr: promql`${lag} > on (layer, table) ${lagObjective}
      unless on (layer, table) (time() - ${lagObjectiveChanged} <= on (layer, table) ${lagObjective})
      ${whileTableWorks}`,
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
    expr: promql`${cycleDuration} > on (layer) ${cycleDurationObjective}
      ${whileLayerWorks}`,
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
    expr: promql`${watermarkAge} > on (layer) group_left () ${stillFor}
      unless on (layer) (time() - ${intervalChanged} <= on (layer) ${stillFor})
      ${whileTableWorks}`,
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
    alert: 'IcebergOffloadSuccessRateLow',
    expr: promql`${successRatio} < on (layer) max by (layer) (${offloadSuccessObjective})
      and on (layer)
      (sum by (layer) (${where(cyclesInWindow, { status: { not: 'success' } })}) >= ${unsuccessfulCycles})
      ${whileLayerWorks}`,
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
      unless on (layer, table) (time() - ${lagObjectiveChanged} <= on (layer, table) ${lagObjective})
      ${whileTableWorks}
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
    expr: promql`${throughput} < on (layer) max by (layer) (${offloadThroughputObjective})
      ${whileLayerWorks}`,
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
      ${whileLayerWorks}
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
  {
    alert: 'IcebergOffloadTableShared',
    expr: promql`${sharedTables} > ${servicesOfATable}`,
    for: minutes(30),
    severity: 'warning',
    summary: 'Two services offload a table of the same name.',
    description:
      'Table {{ $labels.table }} of layer {{ $labels.layer }} is declared by {{ $value | humanize }} services.',
    impact: 'They count as one table: when one of them stops or fails, the other hides it.',
    action:
      'Give one of the layers another name, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
    runbook: 'scheduler-recovery',
    dashboard: panel('Configured tables'),
  },
];

/** The alerts on offloads. Those that others wait for come first. */
export const offloadAlerts: readonly AlertOptions[] = [...goneAlerts, ...failureAlerts];
