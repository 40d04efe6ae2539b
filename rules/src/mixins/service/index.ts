import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { serviceAlerts } from './alerts.ts';
import { PER_PROCESS, serviceRecordings } from './recordings.ts';
import { adminAvailability } from './slos.ts';

export { serviceAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

const named = (prefix: RegExp) => Object.values(core).filter(({ name }) => prefix.test(name));

/** What is told of requests to it. */
const REQUESTS = ['HttpErrorRatioCritical', 'HttpErrorRatioHigh', 'HttpLatencyHigh'];

const WITH_LIMIT = 'where the container has a limit';
const ONCE_IT_TURNS = 'within a moment, once the event loop was looked at';

/** What every service has beside its requests and its databases: caches, processes and runtime. */
export const service = defineMixin({
  name: 'service',
  needs: ['http'],
  about:
    'What every service has beside its requests: whether anybody answers, health checks, and each process by the memory, files and event loop that it has. Needs http.yml.',
  metrics: [
    { exportedBy: 'observeCache()', metrics: named(/^cache_/) },
    {
      exportedBy: 'observeProcess()',
      metrics: named(/^(process|nodejs|v8js)_/),
      appears: {
        process_cgroup_memory_limit_bytes: WITH_LIMIT,
        process_cgroup_memory_used_bytes: WITH_LIMIT,
        process_cgroup_cpu_limit: WITH_LIMIT,
        process_cgroup_cpu_throttled_seconds_total: WITH_LIMIT,
        nodejs_eventloop_delay_mean_seconds: ONCE_IT_TURNS,
        nodejs_eventloop_delay_max_seconds: ONCE_IT_TURNS,
        nodejs_eventloop_delay_p50_seconds: ONCE_IT_TURNS,
        nodejs_eventloop_delay_p90_seconds: ONCE_IT_TURNS,
        nodejs_eventloop_delay_p99_seconds: ONCE_IT_TURNS,
      },
      // Without a container there is the limit of the heap.
      optional: [
        'process_cgroup_memory_limit_bytes',
        'process_cgroup_memory_used_bytes',
        'process_cgroup_cpu_limit',
        'process_cgroup_cpu_throttled_seconds_total',
      ],
    },
  ],
  groups: () => [
    { name: 'sightglass-service', interval: seconds(30), rules: [...serviceRecordings, ...serviceAlerts] },
  ],
  // From what says most to what says least of one outage.
  inhibitions: [
    {
      sources: ['ServiceDown'],
      targets: [
        'ServiceNotReady',
        'JobGone',
        'DagGone',
        'DagSchedulerDown',
        'DatasetUnseen',
        'QueueNoConsumer',
        'PipelineGone',
        'PipelineNoConsumer',
        ...REQUESTS,
      ],
      equal: ['job'],
    },
    { sources: ['ServiceNotReady'], targets: REQUESTS, equal: ['job'] },
    { sources: ['ServiceNotReady'], targets: ['ServiceHealthCheckFailing'], equal: ['job', 'check'] },
    { sources: ['ServiceMemoryNearLimit'], targets: ['ServiceMemoryHigh'], equal: [...PER_PROCESS] },
  ],
  slos: [adminAvailability],
});
