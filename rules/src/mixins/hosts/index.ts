import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { hostAlerts } from './alerts.ts';
import { byCadvisor, ofNode } from './metrics.ts';
import { hostRecordings, PER_CONTAINER, PER_HOST, PER_MOUNT } from './recordings/index.ts';

export { hostAlerts } from './alerts.ts';
export * from './metrics.ts';
export * from './recordings/index.ts';
export * from './thresholds.ts';

/** Machines, containers and whatever is scraped. */
export const hosts = defineMixin({
  name: 'hosts',
  component: 'host',
  about:
    'Machines as the node exporter sees them, containers as cAdvisor sees them, and whether what is scraped can be reached at all.',
  metrics: [
    {
      exportedBy: 'the node exporter',
      outside: true,
      metrics: ofNode,
    },
    {
      exportedBy: 'cAdvisor',
      outside: true,
      metrics: byCadvisor,
      appears: {
        container_cpu_cfs_periods_total: 'when a container has a limit of CPU',
        container_cpu_cfs_throttled_periods_total: 'when a container has a limit of CPU',
      },
    },
  ],
  groups: () => [
    { name: 'sightglass-hosts', interval: seconds(30), rules: [...hostRecordings, ...hostAlerts] },
  ],
  inhibitions: [
    // What a service says of itself says more.
    { sources: ['ServiceDown'], targets: ['HostEveryTargetDown', 'HostTargetDown'], equal: ['job'] },
    {
      sources: ['HostEveryTargetDown'],
      targets: [
        'HostTargetDown',
        'JobGone',
        'DagGone',
        'DagSchedulerDown',
        'CollectorGone',
        'DatasetUnseen',
        'QueueNoConsumer',
        'PipelineGone',
        'PipelineNoConsumer',
      ],
      equal: ['job'],
    },
    {
      sources: ['HostMemoryExhausted'],
      targets: ['HostMemoryHigh', 'HostOutOfMemory'],
      equal: [...PER_HOST],
    },
    {
      sources: ['HostDiskNearlyFull'],
      targets: ['HostDiskSpaceLow', 'HostDiskWillFill'],
      equal: [...PER_MOUNT],
    },
    { sources: ['HostDiskSpaceLow'], targets: ['HostDiskWillFill'], equal: [...PER_MOUNT] },
    {
      sources: ['HostContainerOutOfMemory'],
      targets: ['HostContainerMemoryNearLimit'],
      equal: [...PER_CONTAINER],
    },
  ],
});
