import {
  cacheOperations,
  cgroupCpuLimit,
  dbClientOperationDuration,
  processStart as ourProcess,
  processCpuSeconds,
} from '@sightglass/core/metrics';
import {
  countOf,
  database,
  type MetricReference,
  promql,
  type Query,
  service,
  type Threshold,
  thresholds,
  up,
  where,
} from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../../engine/spec.ts';
import { byState, worstOf } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { quantile, rateInterval } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 8 } as const;
const POOL = '{{job}} {{db_client_connection_pool_name}}';
const PROCESS = '{{job}} {{instance}}';

const exprOf = (alert: string): Query => alertNamed(alert).expr;

export const infrastructureNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Services down',
    description: 'Services that answer requests and of which no process can be reached. Should be none.',
    wrong: exprOf('ServiceDown'),
    of: promql`${up}`,
    state: 'down',
    color: 'red',
  }),
  howMany({
    title: 'Checks failing',
    description: 'Health checks that fail in any process. Should be none.',
    wrong: promql`${service.checkEverywhere} == 0`,
    of: promql`${up}`,
    state: 'failing',
    color: 'red',
  }),
  howMany({
    title: 'Short of memory',
    description: 'Processes that use more of their memory than ServiceMemoryHigh accepts. Should be none.',
    wrong: exprOf('ServiceMemoryHigh'),
    of: promql`${up}`,
    state: 'short',
    color: 'red',
  }),
];

const SHORT_OF_ROOM = promql`${exprOf('ServiceMemoryHigh')}
  or on (job)
  ${exprOf('ServiceFilesNearLimit')}
  or on (job)
  ${exprOf('DatabasePoolHigh')}`;

export const services: PanelSpec = {
  title: 'Services',
  description:
    'A row for each service, the worst first: "down" when none of its processes can be reached, "failing" when a check without which it takes no work fails in all of them, "no database" and "no connection" when it can not ask one, "out of memory" when a process is near its limit, "restarting" when one does so again and again, "ill" when a check fails in any, "short of room" when memory, files or connections run low, "blocked" when the event loop comes late; how many processes can be reached, the largest share of its memory that one uses, and the restarts of one within 15 minutes.',
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
          { name: 'down', color: 'red', query: exprOf('ServiceDown') },
          { name: 'failing', color: 'red', query: exprOf('ServiceNotReady') },
          { name: 'no database', color: 'red', query: exprOf('DatabaseDown') },
          { name: 'no connection', color: 'red', query: exprOf('DatabasePoolExhausted') },
          { name: 'out of memory', color: 'red', query: exprOf('ServiceMemoryNearLimit') },
          { name: 'restarting', color: 'yellow', query: exprOf('ServiceCrashLooping') },
          { name: 'ill', color: 'yellow', query: exprOf('ServiceHealthCheckFailing') },
          { name: 'short of room', color: 'yellow', query: SHORT_OF_ROOM },
          { name: 'blocked', color: 'yellow', query: exprOf('ServiceEventLoopBlocked') },
          { name: 'ok', color: 'green', query: promql`${up} and on (job) ${service.memoryShare}` },
        ],
        'say',
      ),
      legend: 'State',
    },
    { query: promql`sum by (job) (${up}) and on (job) ${service.memoryShare}`, legend: 'Processes' },
    { query: promql`max by (job) (${service.memoryShare})`, legend: 'Memory', unit: unit.ratio },
    { query: promql`max by (job) (${service.restarts})`, legend: 'Restarts' },
  ],
};

/** What the process, or the pool, that has the most in use has now. */
const now = (
  title: string,
  description: string,
  worst: Query,
  legend: string,
  {
    shown,
    high,
    near,
  }: { readonly shown: PanelSpec['unit']; readonly high: Threshold; readonly near?: Threshold },
): PanelSpec => ({
  title,
  description,
  type: 'stat',
  unit: shown,
  width: 6,
  height: 6,
  queries: [
    {
      ...byState([
        { name: 'ok', color: 'green', query: promql`${worst} <= ${high}` },
        {
          name: 'high',
          color: 'yellow',
          query: near === undefined ? promql`${worst} > ${high}` : promql`${worst} > ${high} <= ${near}`,
        },
        ...(near === undefined
          ? []
          : [{ name: 'near the limit', color: 'red' as const, query: promql`${worst} > ${near}` }]),
      ]),
      legend,
    },
  ],
});

/** What of its resources each service has in use now, in the colours of the alerts. */
export const resourcesNow: readonly PanelSpec[] = [
  now(
    'Memory Now',
    'How much of the memory that it may use the process of each service has in use that uses most; yellow when somebody is told, red when somebody is paged.',
    promql`max by (job) (${service.memoryShare})`,
    '{{job}}',
    { shown: unit.ratio, high: thresholds.memoryHigh, near: thresholds.memoryNearLimit },
  ),
  {
    title: 'Connections Now',
    description:
      'How many of the connections that it may have each pool has in use; yellow when somebody is told, red while somebody waits for one.',
    type: 'stat',
    unit: unit.ratio,
    width: 6,
    height: 6,
    queries: [
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`${database.poolShare} <= ${thresholds.poolHigh} unless on (job, db_client_connection_pool_name) (${exprOf('DatabasePoolExhausted')})`,
          },
          {
            name: 'high',
            color: 'yellow',
            query: promql`${database.poolShare} > ${thresholds.poolHigh} unless on (job, db_client_connection_pool_name) (${exprOf('DatabasePoolExhausted')})`,
          },
          {
            name: 'waited for',
            color: 'red',
            query: promql`${database.poolShare} and on (job, db_client_connection_pool_name) (${exprOf('DatabasePoolExhausted')})`,
          },
        ]),
        legend: POOL,
      },
    ],
  },
  now(
    'Event Loop Delay Now',
    'By how much the slowest hundredth of what it has to do comes late in the process of each service where it is most; yellow when somebody is told.',
    promql`max by (job) (${service.loopDelay})`,
    '{{job}}',
    { shown: unit.seconds, high: thresholds.loopBlocked },
  ),
  now(
    'File Descriptors Now',
    'How many of the files and connections that it may have open the process of each service has open that has most; yellow when somebody is told.',
    promql`max by (job) (${service.filesShare})`,
    '{{job}}',
    { shown: unit.ratio, high: thresholds.filesNearLimit },
  ),
];

const ofProcess = (
  title: string,
  description: string,
  query: Query,
  { shown, line }: { readonly shown: PanelSpec['unit']; readonly line?: Threshold },
): PanelSpec => ({
  title,
  description,
  type: 'timeseries',
  unit: shown,
  ...HALF,
  queries: [{ query, legend: PROCESS, ...(line === undefined ? {} : { line }) }],
});

export const healthChecks: PanelSpec = {
  title: 'Health checks',
  description:
    'Each health check of each service: 1 while it passes in every process, 0 while it fails in any; and for those without which a process takes no work, 0 while it fails in all. Should be 1.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: promql`${service.checkEverywhere}`, legend: '{{job}} {{check}}' },
    { query: promql`${service.checkAnywhere}`, legend: '{{job}} {{check}} in any process' },
  ],
};

const operations: MetricReference = { descriptor: dbClientOperationDuration };

export const processPanels: readonly PanelSpec[] = [
  ofProcess(
    'Memory',
    'How much of the memory that it may use each process has in use: of the limit of the heap or of the container, whichever is nearer. Red line: somebody is paged.',
    promql`${service.memoryShare}`,
    { shown: unit.ratio, line: thresholds.memoryNearLimit },
  ),
  {
    title: 'CPU',
    description:
      'CPU time that each process uses; 100 % is one core. Dashed: how many its container may use, where that is limited.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    queries: [
      {
        query: promql`rate(${{ descriptor: processCpuSeconds }}[${rateInterval}]) and on (job, instance) ${{ descriptor: ourProcess }}`,
        legend: PROCESS,
      },
      {
        query: promql`${{ descriptor: cgroupCpuLimit }}`,
        legend: `${PROCESS} limit`,
        limit: true,
        color: 'red',
      },
    ],
  },
  ofProcess(
    'Event loop delay',
    'By how much the slowest hundredth of what each process has to do comes late, over the last minute or two. Red line: somebody is told.',
    promql`${service.loopDelay}`,
    { shown: unit.seconds, line: thresholds.loopBlocked },
  ),
  ofProcess(
    'File descriptors',
    'How many of the files and connections that it may have open each process has open. Red line: somebody is told.',
    promql`${service.filesShare}`,
    { shown: unit.ratio, line: thresholds.filesNearLimit },
  ),
  ofProcess(
    'Restarts',
    'How often the process of each target began anew within 15 minutes. Red line: somebody is told.',
    promql`${service.restarts}`,
    { shown: unit.count, line: thresholds.restartsInARow },
  ),
];

export const databasePanels: readonly PanelSpec[] = [
  {
    title: 'Query Duration',
    description:
      'How long database operations take, without the wait for a connection: quantiles of all of them, and within what time each service got 95 % done over 5 minutes; red line: somebody is told.',
    type: 'timeseries',
    unit: unit.seconds,
    ...HALF,
    queries: [
      { query: quantile(0.5, [], operations, rateInterval), legend: 'p50' },
      { query: quantile(0.95, [], operations, rateInterval), legend: 'p95' },
      { query: quantile(0.99, [], operations, rateInterval), legend: 'p99' },
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`${database.operationTime} unless on (job, db_system_name) (${exprOf('DatabaseQueriesSlow')})`,
          },
          { name: 'slow', color: 'yellow', query: exprOf('DatabaseQueriesSlow') },
        ]),
        legend: '{{job}} {{db_system_name}}',
        line: thresholds.slowOperation,
      },
    ],
  },
  {
    title: 'Query Rate',
    description: 'Database operations per second, the ten most frequent by operation and table.',
    type: 'timeseries',
    unit: unit.perSecond,
    ...HALF,
    queries: [
      {
        query: promql`topk(10, sum by (db_operation_name, db_collection_name) (rate(${countOf(operations)}[${rateInterval}])))`,
        legend: '{{db_operation_name}} {{db_collection_name}}',
      },
    ],
  },
  {
    title: 'Query Errors',
    description:
      'The share of the operations on each database that fail, over the shortest of 5 minutes, 15 minutes and an hour that holds ten; red and "down" where nothing that is asked of it succeeds.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    queries: [
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`${database.failedShare} unless on (job, db_system_name) (${exprOf('DatabaseDown')})`,
          },
          { name: 'down', color: 'red', query: exprOf('DatabaseDown') },
        ]),
        legend: '{{job}} {{db_system_name}}',
      },
    ],
  },
  {
    title: 'Connection Pool Use',
    description:
      'How many of the connections that it may have each pool has in use, in the process in which it is most; red line: somebody is told. On the right axis the callers that wait for one, which should be none.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    queries: [
      { query: promql`${database.poolShare}`, legend: POOL, line: thresholds.poolHigh },
      {
        query: promql`${database.waiting}`,
        legend: `${POOL} waiting`,
        rightAxis: unit.count,
        line: thresholds.poolWaiting,
      },
    ],
  },
  {
    title: 'Cache Hit Rate',
    description: 'The share of the look-ups in each cache that found something.',
    type: 'timeseries',
    unit: unit.ratio,
    ...HALF,
    max: 1,
    queries: [
      {
        query: promql`sum by (cache) (rate(${where({ descriptor: cacheOperations }, { operation: 'get', result: 'hit' })}[${rateInterval}]))
          / on (cache)
          (sum by (cache) (rate(${where({ descriptor: cacheOperations }, { operation: 'get', result: ['hit', 'miss'] })}[${rateInterval}])) > 0)`,
        legend: '{{cache}}',
      },
    ],
  },
];
