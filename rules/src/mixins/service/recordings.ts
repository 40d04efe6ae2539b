import {
  cgroupMemoryLimit,
  cgroupMemoryUsed,
  eventLoopDelayP99,
  healthCheckStatus,
  heapSizeLimit,
  heapUsed,
  processStart as ourProcessStart,
  processMaxFds,
  processOpenFds,
  processStartTime,
} from '@sightglass/core/metrics';
import { up } from '../../engine/model/external.ts';
import type { Recording } from '../../engine/model/rule.ts';
import { days, minutes } from '../../engine/promql/duration.ts';
import { type MetricReference, promql, where } from '../../engine/promql/promql.ts';
import { thing } from '../../engine/remembered/index.ts';
import { requestsTotal } from '../http/recordings.ts';
import { clockSkew } from '../telemetry/thresholds.ts';

/*
 * What the processes of a service say of themselves, and whether anybody of them answers. Names such as `process_open_fds` are shared by everything that
 * Prometheus scrapes, so only processes that use the library are looked at.
 */

export const PER_PROCESS = ['job', 'instance'] as const;

const of = (descriptor: MetricReference['descriptor']): MetricReference => ({ descriptor });
const ours = of(ourProcessStart);

/** Over which restarts are counted. */
const RESTARTS = minutes(15);

/** Services that answer requests and of which a target can be scraped now. What runs jobs alone is told of by its jobs. */
const answersNow: Recording = {
  record: 'job:http_service_answers:any',
  labels: ['job'],
  expr: promql`max by (job) (${up}) == 1 and on (job) ${requestsTotal}`,
};

/** Services that answer requests, each remembered for a week after it last did: longer than its routes are, so that one that is down over a weekend is not taken for one that is back. */
const answerer = thing({
  labels: ['job'],
  noun: 'http_service',
  declared: answersNow,
  keptFor: days(7),
  clockTolerance: clockSkew,
});

/** Their targets: 1 where any of them can be scraped, 0 where none can. */
export const answering: Recording = {
  record: 'job:http_service_up:max',
  labels: ['job'],
  expr: promql`max by (job) (${up}) and on (job) ${answerer.seen}`,
};

/** The young ones come and go in a room of their own, which is no part of the limit. */
const oldObjects = where(of(heapUsed), {
  v8js_heap_space_name: { not: ['new_space', 'new_large_object_space'] },
});

/** How much of its memory each process has used, of the heap's limit or of the container's, whichever is nearer. */
export const memoryShare: Recording = {
  record: 'job_instance:process_memory:ratio',
  labels: PER_PROCESS,
  expr: promql`max by (job, instance) (
      ${of(cgroupMemoryUsed)} / on (job, instance) (${of(cgroupMemoryLimit)} > 0)
      or
      label_replace(
        sum by (job, instance, process) (${oldObjects})
        / on (job, instance, process)
        (max by (job, instance, process) (${of(heapSizeLimit)}) > 0),
        "limit", "heap", "", ""
      )
    )`,
};

/** How many of its file descriptors each process has open. */
export const filesShare: Recording = {
  record: 'job_instance:process_open_fds:ratio',
  labels: PER_PROCESS,
  expr: promql`max by (job, instance) (${of(processOpenFds)} / (${of(processMaxFds)} > 0)) and on (job, instance) ${ours}`,
};

/** By how much the slowest hundredth of the callbacks of each process was late. */
export const loopDelay: Recording = {
  record: 'job_instance:nodejs_eventloop_delay_seconds:quantile',
  labels: PER_PROCESS,
  expr: promql`max by (job, instance) (${of(eventLoopDelayP99)})`,
};

/** How often the process of each target began anew; also of one that is not there at this moment, as one that crashes again and again mostly is. */
export const restarts: Recording = {
  record: 'job_instance:process_restarts:changes_15m',
  labels: PER_PROCESS,
  expr: promql`max by (job, instance) (changes(${of(processStartTime)}[${RESTARTS}]))
    and on (job, instance)
    last_over_time(${ours}[${RESTARTS}])`,
};

const checks = of(healthCheckStatus);

/** Health checks by what they decide: 1 where one passes in every process that has it, 0 where it fails in any. */
export const checkEverywhere: Recording = {
  record: 'job_check:health_check_status:min',
  labels: ['job', 'check'],
  expr: promql`min by (job, check) (${checks})`,
};

/** Checks without which a process is sent no work: 1 where one passes in any process, 0 where it fails in all. */
export const checkAnywhere: Recording = {
  record: 'job_check:health_check_status:max',
  labels: ['job', 'check'],
  expr: promql`max by (job, check) (${where(checks, { affects: ['readiness', 'liveness'] })})`,
};

export const serviceRecordings: readonly Recording[] = [
  answersNow,
  ...answerer.register,
  answering,
  memoryShare,
  filesShare,
  loopDelay,
  restarts,
  checkEverywhere,
  checkAnywhere,
];
