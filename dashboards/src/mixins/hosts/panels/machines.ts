import { hosts, type MetricReference, promql, thresholds } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { worstOf } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rateInterval } from '../../../engine/window.ts';
import { CONTAINER, exprOf, HALF, HOST, plot, worst } from './plot.ts';

/* What each machine has in use, what came of too little of it, and its network. */

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
      'The share that is left of the eight fullest file systems that live on a disk, and the share that is left of the files they can have. Red line: somebody is paged, as for one that turned read-only, which is at 100 %.',
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
      { query: promql`${hosts.turnedReadonly}`, legend: '{{instance}} {{mountpoint}} read-only' },
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
