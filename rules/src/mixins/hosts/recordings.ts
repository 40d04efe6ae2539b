import { up } from '../../engine/model/external.ts';
import type { Recording } from '../../engine/model/rule.ts';
import { days, hours, minutes } from '../../engine/promql/duration.ts';
import { type MetricReference, promql, type Query, where } from '../../engine/promql/promql.ts';
import { counting, grownIn, thing } from '../../engine/remembered/index.ts';
import {
  containerCpu,
  containerMemory,
  containerMemoryLimit,
  containerOoms,
  containerPeriods,
  containerStart,
  containerThrottled,
  nodeCpu,
  nodeDiskAvailable,
  nodeDiskReadonly,
  nodeDiskSize,
  nodeInodes,
  nodeInodesFree,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeOomKills,
  nodeReceived,
  nodeReceiveErrors,
  nodeSendErrors,
  nodeSent,
} from './metrics.ts';
import { hostClockTolerance, hostDiskHorizon } from './thresholds.ts';

/*
 * How much of what a machine has is in use, by what the node exporter says, and the same of containers by what cAdvisor says.
 */

export const PER_HOST = ['job', 'instance'] as const;
export const PER_MOUNT = ['job', 'instance', 'mountpoint'] as const;
export const PER_DEVICE = ['job', 'instance', 'device'] as const;
export const PER_CONTAINER = ['job', 'instance', 'pod', 'container'] as const;

/** Long enough for what comes in bursts, and short enough to see its end. */
const WINDOW = minutes(5);
/** Over which mishaps are counted. */
const MISHAPS = minutes(15);

/** How much of the CPUs of each machine is in use, 0 to 1. Waiting for a disk is not. */
export const cpuShare: Recording = {
  record: 'job_instance:node_cpu:ratio',
  labels: PER_HOST,
  expr: promql`1 - sum by (job, instance) (rate(${nodeCpu.where({ mode: ['idle', 'iowait'] })}[${WINDOW}]))
    / on (job, instance)
    (sum by (job, instance) (rate(${nodeCpu}[${WINDOW}])) > 0)`,
};

/** How much of its memory each machine has in use, 0 to 1: what the kernel can not give to anybody else. */
export const memoryShare: Recording = {
  record: 'job_instance:node_memory:ratio',
  labels: PER_HOST,
  expr: promql`1 - max by (job, instance) (${nodeMemoryAvailable})
    / on (job, instance)
    (max by (job, instance) (${nodeMemoryTotal}) > 0)`,
};

/** Where a target answers, and whether any does of a scrape job. */
const answering: Recording = {
  record: 'job:sightglass_scraped:any',
  labels: ['job'],
  expr: promql`max by (job) (${up}) == 1`,
};

/** Scrape jobs of which something has answered, each remembered for a week after it last did. */
export const scraped = thing({
  labels: ['job'],
  noun: 'sightglass_scraped',
  declared: answering,
  keptFor: days(7),
  clockTolerance: hostClockTolerance,
});

/*
 * What was killed is counted, and no `increase()`: a machine without memory is one that can not be scraped, and what its kernel did in that time is told of afterwards.
 */
const counts = counting('hosts');

const killed = counts.total(nodeOomKills, {
  labels: PER_HOST,
  name: 'node_oom_kills',
  keptFor: days(1),
});

/** Processes that the kernel of each machine killed within a quarter of an hour, or while nobody could see it. */
export const oomKills: Recording = {
  record: 'job_instance:node_oom_kills:increase_15m',
  labels: PER_HOST,
  expr: grownIn(killed.series, MISHAPS),
};

/** File systems that live on a disk. What the kernel makes up, and what is read from an image, is full by nature. */
const ON_DISK = {
  fstype: { matches: 'ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|nfs4?|cifs|vfat|exfat|ntfs' },
};
const onDisk = (metric: { where(matchers: typeof ON_DISK): MetricReference }): MetricReference =>
  metric.where(ON_DISK);
const writable = promql`on (job, instance, device, mountpoint) (${onDisk(nodeDiskReadonly)} == 0)`;

/** The share that is left of each file system, 0 to 1. */
export const diskLeft: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_avail:ratio',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      ${onDisk(nodeDiskAvailable)} / (${onDisk(nodeDiskSize)} > 0) and ${writable}
    )`,
};

/** Bytes that will be left of each file system if it goes on as in the last six hours. */
export const diskPredicted: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_avail_bytes:predicted',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      predict_linear(${onDisk(nodeDiskAvailable)}[${hours(6)}], ${hostDiskHorizon}) and ${writable}
    )`,
};

/** The share that is left of the files that each file system can have, where it counts them. */
export const inodesLeft: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_files_free:ratio',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      ${onDisk(nodeInodesFree)} / (${onDisk(nodeInodes)} > 0) and ${writable}
    )`,
};

/** Network cards, without what is inside the machine. */
export const CARDS = { device: { matches: '(en|eth|wl|ww|bond|ib|team).*' } };
const ofCards = (metric: { where(matchers: typeof CARDS): MetricReference }): MetricReference =>
  metric.where(CARDS);

/** Packets of each network card that were broken or could not go out, within a quarter of an hour. */
export const networkErrors: Recording = {
  record: 'job_instance_device:node_network_errors:increase_15m',
  labels: PER_DEVICE,
  expr: promql`max by (job, instance, device) (
      increase(${ofCards(nodeReceiveErrors)}[${MISHAPS}]) + increase(${ofCards(nodeSendErrors)}[${MISHAPS}])
    )`,
};

/** Their share of all packets, 0 to 1. */
export const networkErrorShare: Recording = {
  record: 'job_instance_device:node_network_errors:ratio_15m',
  labels: PER_DEVICE,
  expr: promql`${networkErrors}
    / on (job, instance, device)
    (
      max by (job, instance, device) (
        increase(${ofCards(nodeReceived)}[${MISHAPS}]) + increase(${ofCards(nodeSent)}[${MISHAPS}])
      ) > 0
    )`,
};

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
export const hostRecordings: readonly Recording[] = [
  answering,
  ...scraped.register,
  ...counts.processes,
  cpuShare,
  memoryShare,
  ...killed.recordings,
  oomKills,
  diskLeft,
  diskPredicted,
  inodesLeft,
  networkErrors,
  networkErrorShare,
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
