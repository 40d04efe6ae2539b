import { up } from '../../../engine/model/external.ts';
import type { Recording } from '../../../engine/model/rule.ts';
import { days } from '../../../engine/promql/duration.ts';
import { type MetricReference, promql, type Query, where } from '../../../engine/promql/promql.ts';
import { grownIn, thing } from '../../../engine/remembered/index.ts';
import {
  containerCpu,
  containerMemory,
  containerMemoryLimit,
  containerOoms,
  containerPeriods,
  containerStart,
  containerThrottled,
} from '../metrics.ts';
import { hostClockTolerance } from '../thresholds.ts';
import { counts, MISHAPS, PER_CONTAINER, WINDOW } from './common.ts';

/* How much of what a container may have is in use, by what cAdvisor says. */

/**
 * Series of containers by their names: in Kubernetes `pod` and `container`; else the name that Docker or Podman has, as `container`. What has neither is a group of the
 * kernel's and no container, and the one that only holds a pod's network is nobody's.
 */
export const byName = (metric: MetricReference): Query => promql`(
    ${where(metric, { container: { not: ['', 'POD'] } })}
    or
    label_replace(${where(metric, { container: '', pod: '', name: { not: '' } })}, "container", "$1", "name", "(.+)")
  )`;

/** When each container began; the newest, where one has just taken the place of another. */
export const startedAt: Recording = {
  record: 'job_instance_pod_container:container_start_timestamp_seconds:max',
  labels: PER_CONTAINER,
  expr: promql`max by (job, instance, pod, container) (${byName(containerStart)})`,
};

/** How often each container began anew within a quarter of an hour. */
export const containerRestarts: Recording = {
  record: 'job_instance_pod_container:container_restarts:changes_15m',
  labels: PER_CONTAINER,
  expr: promql`changes(${startedAt}[${MISHAPS}])`,
};

/** How much of the memory that it may use each container has in use, where that is limited. */
export const containerMemoryShare: Recording = {
  record: 'job_instance_pod_container:container_memory:ratio',
  labels: PER_CONTAINER,
  expr: promql`max by (job, instance, pod, container) (${byName(containerMemory)})
    / on (job, instance, pod, container)
    (max by (job, instance, pod, container) (${byName(containerMemoryLimit)}) > 0)`,
};

const rateOf = (metric: MetricReference): Query => promql`sum by (job, instance, pod, container) (
    rate(${where(metric, { container: { not: ['', 'POD'] } })}[${WINDOW}])
    or
    label_replace(rate(${where(metric, { container: '', pod: '', name: { not: '' } })}[${WINDOW}]), "container", "$1", "name", "(.+)")
  )`;

/** CPU time that each container uses: 1 is one core. */
export const containerCpuUse: Recording = {
  record: 'job_instance_pod_container:container_cpu_usage:ratio',
  labels: PER_CONTAINER,
  expr: rateOf(containerCpu),
};

/** In which share of its periods each container had to wait for CPU, where that is limited. */
export const throttledShare: Recording = {
  record: 'job_instance_pod_container:container_cpu_throttled:ratio',
  labels: PER_CONTAINER,
  expr: promql`${rateOf(containerThrottled)}
    / on (job, instance, pod, container)
    (${rateOf(containerPeriods)} > 0)`,
};

/** Containers, each remembered for a day after its end. */
export const container = thing({
  labels: PER_CONTAINER,
  noun: 'container',
  declared: startedAt,
  keptFor: days(1),
  clockTolerance: hostClockTolerance,
});

const oomsNow: Recording = {
  record: 'job_instance_pod_container:container_oom_events:sum',
  labels: PER_CONTAINER,
  expr: promql`sum by (job, instance, pod, container) (${byName(containerOoms)})`,
};
const killedAtLimit = counts.total(oomsNow, { labels: PER_CONTAINER, known: container.known });

/** Processes of each container that were killed at its limit within a quarter of an hour, or while nobody could see it. */
export const containerOomKills: Recording = {
  record: 'job_instance_pod_container:container_oom_events:increase_15m',
  labels: PER_CONTAINER,
  expr: grownIn(killedAtLimit.series, MISHAPS),
};

/**
 * Containers that have a name which was made up for them: the next one that does the same has another. Those of pods; tasks of Swarm (`web.1.` and 25 letters and digits) and of Nomad
 * (with a UUID), of ECS and of `docker compose run` (with a hexadecimal number), and of pods where Docker names them (`k8s_…`, with all of these).
 */
const ONCE = {
  container: {
    matches: '.*[._-]([0-9a-f]{12,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]{25})(_.*)?',
  },
};
const lasting = promql`(${where(container.seen, { pod: '' })} unless ${where(container.seen, ONCE)})`;

/** When each container last began, also of one that is gone. */
const lastStart = container.recording(
  'container_start_timestamp_seconds:last_known',
  (self) => promql`${startedAt} or on (job, instance, pod, container) ${container.known(self)}`,
);

/** For how long each container ran that is gone, on a machine whose containers can be seen. One that would come back under another name is not missed. */
export const goneAfter: Recording = {
  record: 'job_instance_pod_container:container_gone_after_seconds:last_known',
  labels: PER_CONTAINER,
  expr: promql`${lasting} - on (job, instance, pod, container) ${lastStart}
    unless on (job, instance, pod, container) ${startedAt}
    and on (job, instance) (${up} == 1)`,
};

/** In the order in which they read each other. */
export const containerRecordings: readonly Recording[] = [
  startedAt,
  containerRestarts,
  containerMemoryShare,
  containerCpuUse,
  throttledShare,
  ...container.register,
  oomsNow,
  ...killedAtLimit.recordings,
  containerOomKills,
  lastStart,
  goneAfter,
];
