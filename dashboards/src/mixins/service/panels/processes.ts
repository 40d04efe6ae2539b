import { processCpuSeconds, processVirtualMemory } from '@sightglass/core/metrics';
import { countOf, jobs, type MetricReference, promql, type Query } from '@sightglass/rules';
import { jobEnabled, jobInterval, jobRunDuration, jobRunning } from '@sightglass/scheduler/metrics';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rateInterval } from '../../../engine/window.ts';

const HALF = { width: 12, height: 9 } as const;
const QUARTER = { width: 6, height: 6 } as const;

/** Of the processes that have one of the chosen jobs: names such as these are shared by everything that Prometheus scrapes. */
const ofJobs = (series: Query): Query => promql`(${series} and on (job, instance) ${jobEnabled})`;

const cpu = ofJobs(promql`rate(${{ descriptor: processCpuSeconds }}[${rateInterval}])`);
const resident = promql`(${jobs.processMemory} and on (job, instance) ${jobInterval})`;
const virtual = ofJobs(promql`${{ descriptor: processVirtualMemory }}`);

const PROCESS = '{{job}} {{instance}}';

export const cpuUsage: PanelSpec = {
  title: 'CPU Usage',
  description: 'CPU time that each process with a chosen job uses; 100 % is one core.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  queries: [{ query: cpu, legend: PROCESS }],
};

export const memoryUsage: PanelSpec = {
  title: 'Memory Usage',
  description:
    'Memory of each process with a chosen job that is in RAM, which the alert compares with the red line; on the right axis its address space, most of which costs nothing.',
  type: 'timeseries',
  unit: unit.bytes,
  ...HALF,
  queries: [
    { query: resident, legend: `${PROCESS} resident`, line: jobs.memoryLimit },
    { query: virtual, legend: `${PROCESS} virtual`, rightAxis: unit.bytes },
  ],
};

const ended: MetricReference = countOf(jobRunDuration);

/** Processes with a run under way; a short one can begin and end between two scrapes, and then only its end is seen. */
const busy = promql`(
  max by (job, instance) (max_over_time(${jobRunning}[${rateInterval}])) > 0
  or on (job, instance)
  sum by (job, instance) (increase(${ended}[${rateInterval}])) > 0
)`;

export const syncCpu: PanelSpec = {
  title: 'Sync Impact on CPU',
  description:
    'CPU time of each process with a chosen job; red and "syncing" at the times when a run is under way or has just ended, else "idle". On the right axis the runs that are under way, and those that have just ended.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  queries: [
    {
      ...byState([
        { name: 'idle', color: 'green', query: promql`${cpu} unless on (job, instance) ${busy}` },
        { name: 'syncing', color: 'red', query: promql`${cpu} and on (job, instance) ${busy}` },
      ]),
      legend: PROCESS,
    },
    {
      query: promql`sum by (job_name) (max_over_time(${jobRunning}[${rateInterval}]))`,
      legend: '{{job_name}} under way',
      rightAxis: unit.count,
    },
    {
      query: promql`sum by (job_name) (increase(${ended}[${rateInterval}]))`,
      legend: '{{job_name}} ended',
      rightAxis: unit.count,
    },
  ],
};

export const cpuNow: PanelSpec = {
  title: 'Current Resource Usage',
  description: 'CPU time that each process with a chosen job uses now; 100 % is one core.',
  type: 'stat',
  unit: unit.ratio,
  ...QUARTER,
  queries: [{ query: cpu, legend: PROCESS }],
};

export const memoryNow: PanelSpec = {
  title: 'Memory (MB)',
  description: 'Memory in RAM of each process with a chosen job now; red beyond the limit of the alert.',
  type: 'stat',
  unit: unit.bytes,
  ...QUARTER,
  queries: [
    {
      ...byState([
        { name: 'ok', color: 'green', query: promql`${resident} <= ${jobs.memoryLimit}` },
        { name: 'high', color: 'red', query: promql`${resident} > ${jobs.memoryLimit}` },
      ]),
      legend: PROCESS,
    },
  ],
};
