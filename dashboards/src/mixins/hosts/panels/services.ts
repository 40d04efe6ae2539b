import { promql, up } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../../engine/spec.ts';
import { worstOf } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { exprOf } from './plot.ts';

/* Whether what is scraped can be reached, and how many of what is below are not well. */

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
          // Also what has not answered for long, or never has.
          {
            name: 'down',
            color: 'red',
            query: promql`(${exprOf('HostEveryTargetDown')}) or on (job) (max by (job) (${up}) == 0)`,
          },
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
