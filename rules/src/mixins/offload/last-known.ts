import {
  offloadConsecutiveFailures,
  offloadInterval,
  offloadLagObjective,
  offloadWatermark,
  offloadWatermarkUpdated,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { type MetricReference, promql, type RecordedSeries } from '../../engine/promql/promql.ts';

/*
 * What a pipeline last said of itself. A dead process exports nothing, and an alert whose series vanish resolves; so its promises and
 * watermarks are carried on while it is gone, each evaluation taking up what the one before recorded. A table that a living process no longer
 * declares is retired and carried no further; a layer that nobody has declared for a week is forgotten.
 */

/** How long a layer that is gone is waited for. Needs as much retention; Prometheus keeps 15 days unless told otherwise. */
export const REMEMBERED = days(7);

const PER_TABLE = ['layer', 'table'] as const;

/** The declared interval of every layer that was there in the last week: the register of layers. */
export const interval: Recording = {
  record: 'layer:offload_interval_seconds:last_known',
  labels: ['layer'],
  expr: promql`max by (layer) (${offloadInterval})
    or on (layer)
    max by (layer) (last_over_time(${offloadInterval}[${REMEMBERED}]))`,
};

const LAG_OBJECTIVE: RecordedSeries = {
  record: 'layer_table:offload_lag_objective_seconds:last_known',
  labels: PER_TABLE,
};

/** The lag objective of every table, of a gone layer the tables that it had in the end: the register of tables. */
export const lagObjective: Recording = {
  ...LAG_OBJECTIVE,
  expr: promql`max by (layer, table) (${offloadLagObjective})
    or on (layer, table)
    (${LAG_OBJECTIVE} unless on (layer) ${offloadInterval} and on (layer) ${interval})`,
};

/** A metric of a table, kept while the table is in the register, also over a restart that does not take it up again. */
function lastKnown(metric: MetricReference): Recording {
  const series = { record: `layer_table:${metric.descriptor.name}:last_known`, labels: PER_TABLE };
  return {
    ...series,
    expr: promql`max by (layer, table) (${metric})
      or on (layer, table)
      (${series} and on (layer, table) ${lagObjective})`,
  };
}

export const watermark = lastKnown(offloadWatermark);
export const watermarkUpdated = lastKnown(offloadWatermarkUpdated);
export const consecutiveFailures = lastKnown(offloadConsecutiveFailures);

/** How far each table is behind the clock, growing while the process is stuck or gone. */
export const lag: Recording = {
  record: 'layer_table:offload_lag_seconds:last_known',
  labels: PER_TABLE,
  expr: promql`time() - ${watermark}`,
};

/** In the order in which they read each other. */
export const lastKnownRecordings: readonly Recording[] = [
  interval,
  lagObjective,
  watermark,
  watermarkUpdated,
  consecutiveFailures,
  lag,
];
