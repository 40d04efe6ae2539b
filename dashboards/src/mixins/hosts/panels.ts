import {
  hosts,
  type MetricReference,
  type Part,
  promql,
  type Query,
  type Threshold,
  thresholds,
  up,
} from '@sightglass/rules';
import { howMany } from '../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../engine/spec.ts';
import { worstOf } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { rateInterval } from '../../engine/window.ts';
import { alertNamed } from '../alerts.ts';

const HALF = { width: 12, height: 8 } as const;
const HOST = '{{job}} {{instance}}';
const CONTAINER = '{{instance}} {{pod}} {{container}}';

const exprOf = (alert: string): Query => alertNamed(alert).expr;

/** Whether anything is down or about to be full. */
export const hostNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Targets down',
    description: 'Targets that can not be scraped. Should be none.',
    wrong: promql`${up} == 0`,
    of: promql`${up}`,
    state: 'down',
    color: 'red',
  }),
  howMany({
    title: 'Overloaded',
    description: 'Machines that have more in use than HostCpuHigh or HostMemoryHigh accept. Should be none.',
    wrong: promql`(${exprOf('HostCpuHigh')}) or (${exprOf('HostMemoryHigh')})`,
    of: promql`${up}`,
    state: 'short',
    color: 'yellow',
  }),
  howMany({
    title: 'Disks low',
    description: 'File systems of which less is left than HostDiskSpaceLow accepts. Should be none.',
    wrong: exprOf('HostDiskSpaceLow'),
    of: promql`${up}`,
    state: 'low',
    color: 'yellow',
  }),
  howMany({
    title: 'Containers ill',
    description:
      'Containers that are gone, begin anew again and again, or have nearly all of their memory in use. Should be none.',
    wrong: promql`(${exprOf('HostContainerGone')}) or (${exprOf('HostContainerRestarting')}) or (${exprOf('HostContainerMemoryNearLimit')})`,
    of: promql`${up}`,
    state: 'ill',
    color: 'yellow',
  }),
];

/** 000-P1. */
export const services: PanelSpec = {
  title: 'Services',
  description:
    'A row for each scrape job, the worst first: "down" when none of its targets can be reached, "partly" when some can not; how many can be reached and how many there are.',
  type: 'table',
  unit: unit.count,
  width: 24,
  height: 7,
  by: ['job'],
  queries: [
    {
      ...worstOf(
        ['job'],
        [
          { name: 'down', color: 'red', query: exprOf('HostEveryTargetDown') },
          { name: 'partly', color: 'yellow', query: exprOf('HostTargetDown') },
          { name: 'up', color: 'green', query: promql`${up}` },
        ],
        'say',
      ),
      legend: 'State',
    },
    { query: promql`sum by (job) (${up})`, legend: 'Up' },
    { query: promql`count by (job) (${up})`, legend: 'Of' },
  ],
};

/** 000-P2, a row for each machine. */
export const machines: PanelSpec = {
  title: 'Machines',
  description:
    'A row for each machine, the worst first: whether it is short of memory, disk or CPU by what the alerts compare; how much of its CPUs and its memory is in use, and the share that is left of its fullest disk.',
  type: 'table',
  unit: unit.ratio,
  width: 24,
  height: 7,
  by: hosts.PER_HOST,
  queries: [
    {
      ...worstOf(
        hosts.PER_HOST,
        [
          { name: 'no memory', color: 'red', query: exprOf('HostMemoryExhausted') },
          { name: 'disk full', color: 'red', query: exprOf('HostDiskNearlyFull') },
          { name: 'disk low', color: 'yellow', query: exprOf('HostDiskSpaceLow') },
          { name: 'memory high', color: 'yellow', query: exprOf('HostMemoryHigh') },
          { name: 'busy', color: 'yellow', query: exprOf('HostCpuHigh') },
          { name: 'ok', color: 'green', query: promql`${hosts.memoryShare}` },
        ],
        'say',
      ),
      legend: 'State',
    },
    { query: promql`${hosts.cpuShare}`, legend: 'CPU' },
    { query: promql`${hosts.memoryShare}`, legend: 'Memory' },
    { query: promql`min by (job, instance) (${hosts.diskLeft})`, legend: 'Disk left' },
  ],
};

/** 000-P1 and P4, a row for each container. */
export const containers: PanelSpec = {
  title: 'Containers',
  description:
    'A row for each container, the worst first: "gone" when it ran and is not there any more, "restarting" when it begins anew again and again, "killed" when processes of it were at its limit of memory, "near limit", "throttled"; for how long it has run, how often it began in 15 minutes, and how much of its memory it uses.',
  type: 'table',
  unit: unit.count,
  width: 24,
  height: 9,
  by: ['instance', 'pod', 'container'],
  queries: [
    {
      ...worstOf(
        ['instance', 'pod', 'container'],
        [
          { name: 'gone', color: 'red', query: exprOf('HostContainerGone') },
          { name: 'restarting', color: 'red', query: exprOf('HostContainerRestarting') },
          { name: 'killed', color: 'red', query: exprOf('HostContainerOutOfMemory') },
          { name: 'near limit', color: 'yellow', query: exprOf('HostContainerMemoryNearLimit') },
          { name: 'throttled', color: 'yellow', query: exprOf('HostContainerThrottled') },
          { name: 'ok', color: 'green', query: promql`${hosts.startedAt}` },
        ],
        'say',
      ),
      legend: 'State',
    },
    {
      query: promql`time() - max by (instance, pod, container) (${hosts.startedAt})`,
      legend: 'Running',
      unit: unit.seconds,
    },
    { query: promql`max by (instance, pod, container) (${hosts.containerRestarts})`, legend: 'Restarts' },
    {
      query: promql`max by (instance, pod, container) (${hosts.containerMemoryShare})`,
      legend: 'Memory',
      unit: unit.ratio,
    },
  ],
};

const plot = (
  title: string,
  description: string,
  query: Query,
  legend: string,
  { shown, line }: { readonly shown: PanelSpec['unit']; readonly line?: Threshold },
): PanelSpec => ({
  title,
  description,
  type: 'timeseries',
  unit: shown,
  ...HALF,
  queries: [{ query, legend, ...(line === undefined ? {} : { line }) }],
});

const worst = (count: number, series: Part): Query => promql`topk(${count}, ${series})`;

/** 000-P2 over time. */
export const resources: readonly PanelSpec[] = [
  plot(
    'CPU',
    'How much of the CPUs of the eight busiest machines is in use, over 5 minutes. Waiting for a disk is not counted. Red line: somebody is told.',
    worst(8, hosts.cpuShare),
    HOST,
    { shown: unit.ratio, line: thresholds.hostCpuHigh },
  ),
  plot(
    'Memory',
    'How much of their memory the eight fullest machines have in use: what the kernel could not give to anybody else. Red line: somebody is paged.',
    worst(8, hosts.memoryShare),
    HOST,
    { shown: unit.ratio, line: thresholds.hostMemoryExhausted },
  ),
  {
    title: 'Disk Space',
    description:
      'The share that is left of the eight fullest file systems that live on a disk, and the share that is left of the files they can have. Red line: somebody is paged.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    queries: [
      {
        query: promql`bottomk(8, ${hosts.diskLeft})`,
        legend: '{{instance}} {{mountpoint}}',
        line: thresholds.hostDiskFull,
      },
      { query: promql`bottomk(4, ${hosts.inodesLeft})`, legend: '{{instance}} {{mountpoint}} files' },
    ],
  },
];

const cards = (metric: { where(matchers: typeof hosts.CARDS): MetricReference }): MetricReference =>
  metric.where(hosts.CARDS);

/** 000-P3. */
export const network: readonly PanelSpec[] = [
  {
    title: 'Network',
    description:
      'Bytes that came in and went out per second, of the four machines with most of either, without what stays inside them.',
    type: 'timeseries',
    unit: unit.bytesPerSecond,
    ...HALF,
    queries: [
      {
        query: promql`topk(4, sum by (job, instance) (rate(${cards(hosts.nodeReceivedBytes)}[${rateInterval}])))`,
        legend: `${HOST} in`,
      },
      {
        query: promql`topk(4, sum by (job, instance) (rate(${cards(hosts.nodeSentBytes)}[${rateInterval}])))`,
        legend: `${HOST} out`,
      },
    ],
  },
  {
    title: 'Network Errors',
    description:
      'The share of the packets of the eight worst network cards that were broken or could not go out, over 15 minutes, and on the right axis how many they were. Should be none. Red lines: somebody is told when both are beyond theirs.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    queries: [
      {
        query: worst(8, hosts.networkErrorShare),
        legend: '{{instance}} {{device}}',
        line: thresholds.hostNetworkErrors,
      },
      {
        query: worst(8, hosts.networkErrors),
        legend: '{{instance}} {{device}} packets',
        rightAxis: unit.count,
        line: thresholds.hostNetworkErrorCount,
      },
    ],
  },
];

/** What came of too little memory, and what will come of too little disk. */
export const mishaps: readonly PanelSpec[] = [
  {
    title: 'Killed for Memory',
    description:
      'Processes that the kernel killed within 15 minutes: in each machine, and at the limit of each container. Should be none.',
    type: 'timeseries',
    unit: unit.count,
    ...HALF,
    queries: [
      { query: worst(8, hosts.oomKills), legend: HOST, line: thresholds.hostOomKills },
      { query: worst(8, hosts.containerOomKills), legend: CONTAINER, line: thresholds.hostContainerOoms },
    ],
  },
  {
    title: 'Disk Space in a Day',
    description:
      'Bytes that will be left in a day of the eight file systems with least, if they fill up as in the last six hours: below 0 they are full before that. On the right axis the share that is left now; somebody is told when it is below the red line too.',
    type: 'timeseries',
    unit: unit.bytes,
    ...HALF,
    from: 'data',
    queries: [
      { query: promql`bottomk(8, ${hosts.diskPredicted})`, legend: '{{instance}} {{mountpoint}}' },
      {
        query: promql`bottomk(8, ${hosts.diskLeft})`,
        legend: '{{instance}} {{mountpoint}} left now',
        rightAxis: unit.ratio,
        line: thresholds.hostDiskTrend,
      },
    ],
  },
];

/** 000-P4 over time. */
export const containerPanels: readonly PanelSpec[] = [
  plot(
    'Container Memory',
    'How much of the memory that they may use the eight containers nearest to their limits have in use. Those without a limit are not here. Red line: somebody is told.',
    worst(8, hosts.containerMemoryShare),
    CONTAINER,
    { shown: unit.ratio, line: thresholds.hostContainerMemoryHigh },
  ),
  plot(
    'Container CPU',
    'CPU time that the eight containers with most of it use, over 5 minutes; 100 % is one core.',
    worst(8, hosts.containerCpuUse),
    CONTAINER,
    { shown: unit.ratio },
  ),
  plot(
    'Container CPU Throttling',
    'The share of its periods in which a container had used up its CPU and waited, over 5 minutes, of the eight with most. Red line: somebody is told.',
    worst(8, hosts.throttledShare),
    CONTAINER,
    { shown: unit.ratio, line: thresholds.hostContainerThrottled },
  ),
  plot(
    'Container Restarts',
    'How often the eight containers that did so most began anew within 15 minutes. Red line: somebody is told.',
    worst(8, hosts.containerRestarts),
    CONTAINER,
    { shown: unit.count, line: thresholds.hostContainerRestarts },
  ),
];
