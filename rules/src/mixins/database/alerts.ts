import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { allFail, operationsJustNow, operationTime, poolShare, waiting } from './recordings.ts';
import { leastForSpeed, poolHigh, poolWaiting, slowOperation } from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-infrastructure', panel: title });

const POOL = 'The pool {{ $labels.db_client_connection_pool_name }} of service {{ $labels.job }}';

/** The alerts on whether databases answer, and whether there are connections enough. */
export const databaseAlerts: readonly AlertOptions[] = [
  {
    alert: 'DatabaseDown',
    expr: promql`${allFail} == 1`,
    for: minutes(1),
    severity: 'critical',
    summary: 'Nothing that a service asks of its database succeeds.',
    description:
      'Whatever service {{ $labels.job }} asks of its {{ $labels.db_system_name }} database fails, the last three times or more.',
    impact: 'Whatever needs the database fails.',
    action:
      'See by its error whether the database is down, refuses the service or can not be reached; repair that.',
    runbook: 'database',
    dashboard: panel('Query Errors'),
  },
  {
    alert: 'DatabasePoolExhausted',
    expr: promql`${waiting} > ${poolWaiting}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'Work waits for a connection to the database, for minutes.',
    description: `${POOL} has no connection left: {{ $value | humanize }} callers wait for one.`,
    impact: 'Whatever needs the database waits, and in the end fails.',
    action: 'See whether queries have become slow, or connections are not given back; end what holds them.',
    runbook: 'database',
    dashboard: panel('Connection Pool Use'),
  },
  {
    alert: 'DatabasePoolHigh',
    expr: promql`${poolShare} > ${poolHigh}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A pool has most of its connections in use.',
    description: `${POOL} has {{ $value | humanizePercentage }} of its connections in use.`,
    impact: 'None yet; with a little more, work waits.',
    action: 'See whether more is asked for or it takes longer; give the pool more if the database has them.',
    runbook: 'database',
    dashboard: panel('Connection Pool Use'),
  },
];

/** The alerts on how long a database takes. */
export const speedAlerts: readonly AlertOptions[] = [
  {
    alert: 'DatabaseQueriesSlow',
    expr: promql`${operationTime} > ${slowOperation}
      and on (job, db_system_name) (${operationsJustNow} >= ${leastForSpeed})`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'What a service asks of its database takes long.',
    description:
      'Of what service {{ $labels.job }} asks of its {{ $labels.db_system_name }} database, 5 % takes longer than {{ $value | humanizeDuration }}.',
    impact: 'Requests and jobs take as much longer, and hold their connections meanwhile.',
    action: 'Find the operation and table that became slower; look for locks and for a plan that changed.',
    runbook: 'database',
    dashboard: panel('Query Duration'),
  },
];
