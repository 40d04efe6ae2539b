import { describe } from '../../catalog/index.ts';

/** Of the process, under the names that Prometheus's client libraries share. */
export const processCpuSeconds = describe('counter', 'process_cpu_seconds_total', {
  help: 'User and system CPU time that the process has used.',
});

export const processResidentMemory = describe('gauge', 'process_resident_memory_bytes', {
  help: 'Memory of the process that is in RAM.',
  merge: 'each',
});

export const processVirtualMemory = describe('gauge', 'process_virtual_memory_bytes', {
  help: 'Address space of the process. On Linux only.',
  merge: 'each',
});

export const processStartTime = describe('gauge', 'process_start_time_seconds', {
  help: 'When the process started, in Unix seconds.',
  merge: 'each',
});

export const processOpenFds = describe('gauge', 'process_open_fds', {
  help: 'File descriptors that the process has open. On Linux only.',
  merge: 'each',
});

export const processMaxFds = describe('gauge', 'process_max_fds', {
  help: 'How many file descriptors the process may have open. On Linux only.',
  merge: 'each',
});

export const heapSizeLimit = describe('gauge', 'nodejs_heap_size_limit_bytes', {
  help: 'How much the old objects of the heap may take before the process is ended: --max-old-space-size where it is given, else what V8 says of the whole heap.',
  merge: 'each',
});

/** Of the control group that the process is in, which in a container is the container. On Linux only, and absent without a limit. */
export const cgroupMemoryLimit = describe('gauge', 'process_cgroup_memory_limit_bytes', {
  help: 'How much memory the container or control group of the process may use; beyond it a process there is killed. On Linux only, absent without a limit.',
  merge: 'max',
});

export const cgroupMemoryUsed = describe('gauge', 'process_cgroup_memory_used_bytes', {
  help: 'How much it uses and can not give back at once, all of its processes together. On Linux only, absent without a limit.',
  merge: 'max',
});

export const cgroupCpuLimit = describe('gauge', 'process_cgroup_cpu_limit', {
  help: 'How many CPUs the container or control group of the process may use: 0.5 is half of one. On Linux only, absent without a limit.',
  unit: '{cpu}',
  merge: 'max',
});

export const cgroupCpuThrottled = describe('counter', 'process_cgroup_cpu_throttled_seconds_total', {
  help: 'For how long its threads were kept waiting because that limit was used up, those of all its processes. On Linux only, absent without a limit.',
  merge: 'max',
});

/** Of the runtime, under the names of OpenTelemetry's conventions. */
export const heapUsed = describe('gauge', 'v8js_memory_heap_used_bytes', {
  help: 'Bytes in use, by heap space.',
  labels: ['v8js_heap_space_name'],
  convention: 'v8js.memory.heap.used',
  merge: 'each',
});

export const heapSpaceSize = describe('gauge', 'v8js_memory_heap_space_size_bytes', {
  help: 'Bytes set aside, by heap space.',
  labels: ['v8js_heap_space_name'],
  convention: 'v8js.memory.heap.space.size',
  merge: 'each',
});

export const gcDuration = describe('histogram', 'v8js_gc_duration_seconds', {
  help: 'How long a garbage collection took.',
  labels: { v8js_gc_type: ['major', 'minor', 'incremental', 'weakcb'] },
  buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  convention: 'v8js.gc.duration',
});

export const eventLoopTime = describe('counter', 'nodejs_eventloop_time_seconds_total', {
  help: 'Time that the event loop was in each state; the rate of active is its utilization.',
  labels: { nodejs_eventloop_state: ['active', 'idle'] },
  convention: 'nodejs.eventloop.time',
});

export const eventLoopUtilization = describe('gauge', 'nodejs_eventloop_utilization_ratio', {
  help: 'Share of the last one to two minutes in which the event loop was active.',
  convention: 'nodejs.eventloop.utilization',
  merge: 'each',
});

const delay = (statistic: 'mean' | 'max' | 'p50' | 'p90' | 'p99', what: string) =>
  describe('gauge', `nodejs_eventloop_delay_${statistic}_seconds`, {
    help: `By how much the event loop was late in the last one to two minutes: ${what}.`,
    convention: `nodejs.eventloop.delay.${statistic}`,
    merge: 'each',
  });

export const eventLoopDelayMean = delay('mean', 'the mean');
export const eventLoopDelayMax = delay('max', 'the longest');
export const eventLoopDelayP50 = delay('p50', 'the median');
export const eventLoopDelayP90 = delay('p90', 'the 90th percentile');
export const eventLoopDelayP99 = delay('p99', 'the 99th percentile');
