import {
  collectorSuccess as collectorSuccessDescriptor,
  measurementsDropped,
  measurementsOverflowed,
  processClock,
  processesMissing as processesMissingDescriptor,
  processStart,
} from '@sightglass/core/metrics';
import { up } from '../../engine/model/external.ts';
import type { Recording } from '../../engine/model/rule.ts';
import { days, minutes } from '../../engine/promql/duration.ts';
import { type MetricReference, promql } from '../../engine/promql/promql.ts';
import { counting, grownIn, thing } from '../../engine/remembered/index.ts';
import { clockSkew } from './thresholds.ts';

/** Over which mishaps are counted. */
export const WINDOW = minutes(15);

const counts = counting('telemetry');
const clock: MetricReference = { descriptor: processClock };
export const collectorSuccess: MetricReference = { descriptor: collectorSuccessDescriptor };

export const processesMissing: MetricReference = { descriptor: processesMissingDescriptor };

/** Scraped targets of each Prometheus job that use the library, whatever they declare with it. */
export const targets: Recording = {
  record: 'job:sightglass_targets:count',
  labels: ['job'],
  expr: promql`count by (job) (${up} and on (job, instance) ${{ descriptor: processStart }})`,
};

/** The jobs of Prometheus that had such targets in the last seven days. */
export const service = thing({
  labels: ['job'],
  noun: 'sightglass_targets',
  declared: targets,
  keptFor: days(7),
  clockTolerance: clockSkew,
});

/** How far the clock of each process is ahead of the clock of Prometheus; below 0 when it is behind. Of a process that is scraped twice, once. */
export const skew: Recording = {
  record: 'job_instance:sightglass_clock_skew_seconds:latest',
  labels: ['job', 'instance'],
  // What a gateway shows of a process that has ended stands still, and says nothing of a clock.
  expr: promql`max by (job, instance) (
      ${counts.once(clock)} - timestamp(${clock})
      and
      ${clock} > ${clock} offset ${minutes(2)}
    )`,
};

const overflowed = counts.total({ descriptor: measurementsOverflowed }, { labels: ['job', 'metric'] });
const dropped = counts.total({ descriptor: measurementsDropped }, { labels: ['job', 'metric', 'reason'] });

export const overflowedInWindow: Recording = {
  record: 'job_metric:sightglass_measurements_overflowed:increase_15m',
  labels: ['job', 'metric'],
  expr: grownIn(overflowed.series, WINDOW),
};

export const droppedInWindow: Recording = {
  record: 'job_metric_reason:sightglass_measurements_dropped:increase_15m',
  labels: ['job', 'metric', 'reason'],
  expr: grownIn(dropped.series, WINDOW),
};

/** In the order in which they read each other. */
export const telemetryRecordings: readonly Recording[] = [
  ...counts.processes,
  targets,
  ...service.register,
  skew,
  ...overflowed.recordings,
  ...dropped.recordings,
  overflowedInWindow,
  droppedInWindow,
];
