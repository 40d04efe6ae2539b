import { hosts, promql, thresholds } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { worstOf } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { CONTAINER, exprOf, plot, worst } from './plot.ts';

/* Whether each container runs, and how near it is to its limits. */

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
