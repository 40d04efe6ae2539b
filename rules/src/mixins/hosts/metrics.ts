import { outside } from '../../engine/mixin/outside.ts';

/*
 * What the node exporter says of a machine and cAdvisor of its containers, under the names that they give: those of node_exporter 1.5 and later, and of cAdvisor's own list
 * (docs/storage/prometheus.md in its repository), also as the kubelet serves them. The labels of Kubernetes are on the latter only.
 */

const FILESYSTEM = ['device', 'fstype', 'mountpoint'] as const;
const CONTAINER = ['id', 'image', 'name', 'container', 'pod'] as const;

export const nodeCpu = outside('counter', 'node_cpu_seconds_total', {
  help: 'CPU time by what it was spent on.',
  labels: ['cpu', 'mode'],
});
export const nodeMemoryAvailable = outside('gauge', 'node_memory_MemAvailable_bytes', {
  help: 'Memory that programs can still have, as the kernel estimates it.',
});
export const nodeMemoryTotal = outside('gauge', 'node_memory_MemTotal_bytes', {
  help: 'Memory of the machine.',
});
export const nodeOomKills = outside('counter', 'node_vmstat_oom_kill', {
  help: 'Processes that the kernel killed because memory had run out.',
});
export const nodeDiskAvailable = outside('gauge', 'node_filesystem_avail_bytes', {
  help: 'What is left of a file system for others than root.',
  labels: FILESYSTEM,
});
export const nodeDiskSize = outside('gauge', 'node_filesystem_size_bytes', {
  help: 'How large a file system is.',
  labels: FILESYSTEM,
});
export const nodeDiskReadonly = outside('gauge', 'node_filesystem_readonly', {
  help: 'Whether nothing can be written to a file system.',
  labels: FILESYSTEM,
});
export const nodeInodesFree = outside('gauge', 'node_filesystem_files_free', {
  help: 'How many files a file system can still take.',
  labels: FILESYSTEM,
});
export const nodeInodes = outside('gauge', 'node_filesystem_files', {
  help: 'How many files a file system can have.',
  labels: FILESYSTEM,
});

const ofNetwork = (name: string, help: string) => outside('counter', name, { help, labels: ['device'] });
export const nodeReceivedBytes = ofNetwork('node_network_receive_bytes_total', 'Bytes that came in.');
export const nodeSentBytes = ofNetwork('node_network_transmit_bytes_total', 'Bytes that went out.');
export const nodeReceived = ofNetwork('node_network_receive_packets_total', 'Packets that came in.');
export const nodeSent = ofNetwork('node_network_transmit_packets_total', 'Packets that went out.');
export const nodeReceiveErrors = ofNetwork(
  'node_network_receive_errs_total',
  'Packets that came in and were broken.',
);
export const nodeSendErrors = ofNetwork('node_network_transmit_errs_total', 'Packets that could not go out.');

export const containerStart = outside('gauge', 'container_start_time_seconds', {
  help: 'When a container began.',
  labels: CONTAINER,
});
export const containerCpu = outside('counter', 'container_cpu_usage_seconds_total', {
  help: 'CPU time that a container used.',
  labels: [...CONTAINER, 'cpu'],
});
export const containerPeriods = outside('counter', 'container_cpu_cfs_periods_total', {
  help: "Periods of the scheduler in which a container's limit of CPU counted.",
  labels: CONTAINER,
});
export const containerThrottled = outside('counter', 'container_cpu_cfs_throttled_periods_total', {
  help: 'Those of them in which it had to wait for the next one.',
  labels: CONTAINER,
});
export const containerMemory = outside('gauge', 'container_memory_working_set_bytes', {
  help: 'Memory of a container that can not be taken back, which is what its limit is held to.',
  labels: CONTAINER,
});
export const containerMemoryLimit = outside('gauge', 'container_spec_memory_limit_bytes', {
  help: 'How much memory a container may use; 0 without a limit.',
  labels: CONTAINER,
});
export const containerOoms = outside('counter', 'container_oom_events_total', {
  help: 'Processes of a container that were killed at its limit of memory.',
  labels: CONTAINER,
});

export const ofNode = [
  nodeCpu,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeOomKills,
  nodeDiskAvailable,
  nodeDiskSize,
  nodeDiskReadonly,
  nodeInodesFree,
  nodeInodes,
  nodeReceivedBytes,
  nodeSentBytes,
  nodeReceived,
  nodeSent,
  nodeReceiveErrors,
  nodeSendErrors,
];

export const byCadvisor = [
  containerStart,
  containerCpu,
  containerPeriods,
  containerThrottled,
  containerMemory,
  containerMemoryLimit,
  containerOoms,
];
