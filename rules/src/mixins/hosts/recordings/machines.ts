import { up } from '../../../engine/model/external.ts';
import type { Recording } from '../../../engine/model/rule.ts';
import { days, hours } from '../../../engine/promql/duration.ts';
import {
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
} from '../../../engine/promql/promql.ts';
import { grownIn, kept, remembered, thing } from '../../../engine/remembered/index.ts';
import {
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
} from '../metrics.ts';
import { hostClockTolerance, hostDiskHorizon } from '../thresholds.ts';
import { counts, MISHAPS, PER_DEVICE, PER_HOST, PER_MOUNT, WINDOW } from './common.ts';

/* How much of what a machine has is in use, by what the node exporter says. */

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
  fstype: {
    matches:
      'ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|nfs4?|cifs|vfat|exfat|ntfs|ceph|virtiofs|fuseblk|fuse.ceph-fuse|fuse.glusterfs',
  },
};
const onDisk = (metric: { where(matchers: typeof ON_DISK): MetricReference }): MetricReference =>
  metric.where(ON_DISK);
const ofMount = (metric: MetricReference): Query =>
  promql`max by (job, instance, device, mountpoint) (${metric})`;
const isWritable = promql`(${ofMount(onDisk(nodeDiskReadonly))} == 0)`;
/** Mounts that are no deeper than one folder: of several, the one that people know the disk by. */
const nearRoot = promql`(${ofMount(nodeDiskReadonly.where({ ...ON_DISK, mountpoint: { matches: '/[^/]*' } }))} == 0)`;

const SHOWN: RecordedSeries = {
  record: 'job_instance_device_mountpoint:node_filesystem_shown:info',
  labels: ['job', 'instance', 'device', 'mountpoint'],
};

/**
 * The mount by which each disk that can be written to is told of, which is one disk however often it is mounted (bind mounts, subvolumes): the one of before as long as it is there, so that an
 * alert does not go from one to another.
 */
export const shownMount: Recording = kept({
  ...SHOWN,
  expr: promql`topk by (job, instance, device) (
      1,
      0 * (${isWritable} and on (job, instance, device, mountpoint) ${remembered(SHOWN)}) + 3
      or on (job, instance, device, mountpoint)
      0 * ${nearRoot} + 2
      or on (job, instance, device, mountpoint)
      0 * ${isWritable} + 1
    )`,
});
const shown = promql`on (job, instance, device, mountpoint) ${shownMount}`;

/** Disks that could be written to within a week and now can not, by any of their mounts. */
export const turnedReadonly: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_turned_readonly:max',
  labels: PER_MOUNT,
  expr: promql`max by (job, instance, mountpoint) (
      ${ofMount(onDisk(nodeDiskReadonly))} == 1
      and on (job, instance, device, mountpoint) ${remembered(SHOWN)}
      unless on (job, instance, device) ${isWritable}
    )`,
};

/** The share that is left of each file system, 0 to 1. */
export const diskLeft: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_avail:ratio',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      ${onDisk(nodeDiskAvailable)} / (${onDisk(nodeDiskSize)} > 0) and ${shown}
    )`,
};

/** Bytes that will be left of each file system if it goes on as in the last six hours. */
export const diskPredicted: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_avail_bytes:predicted',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      predict_linear(${onDisk(nodeDiskAvailable)}[${hours(6)}], ${hostDiskHorizon}) and ${shown}
    )`,
};

/** The share that is left of the files that each file system can have, where it counts them. */
export const inodesLeft: Recording = {
  record: 'job_instance_mountpoint:node_filesystem_files_free:ratio',
  labels: PER_MOUNT,
  expr: promql`min by (job, instance, mountpoint) (
      ${onDisk(nodeInodesFree)} / (${onDisk(nodeInodes)} > 0) and ${shown}
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

/** In the order in which they read each other, with what is counted of containers too. */
export const machineRecordings: readonly Recording[] = [
  answering,
  ...scraped.register,
  ...counts.processes,
  cpuShare,
  memoryShare,
  ...killed.recordings,
  oomKills,
  shownMount,
  turnedReadonly,
  diskLeft,
  diskPredicted,
  inodesLeft,
  networkErrors,
  networkErrorShare,
];
