import { DeclarationError } from '@sightglass/core';
import { defineMixin, type Mixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { mapped } from './metrics.ts';
import { airflowRecordings } from './recordings.ts';

export { airflowSeries, mapped } from './metrics.ts';
export { otelCollector } from './otel.ts';
export { type AirflowNames, statsdMapping } from './statsd.ts';
export { type AirflowMetric, airflowMetrics } from './table.ts';

/** What Airflow does not say of a DAG, and whoever runs it promises. */
export interface AirflowDag {
  readonly id: string;
  /** The time between two starts, in seconds: the longest gap that the schedule leaves. */
  readonly intervalSeconds: number;
  /** How long after its start a run must have succeeded. Default: it promises nothing. */
  readonly slaSeconds?: number;
  /** How old the last success may become. Default: twice the interval, and the SLA. */
  readonly freshnessObjectiveSeconds?: number;
  /** The share of runs that should succeed. Default 0.95. */
  readonly successObjective?: number;
  /** Who answers for it. Default: nobody. */
  readonly owner?: string;
  /** Its tasks, so that the first failure of each is seen. Default: none is known before it ends for the first time. */
  readonly tasks?: readonly string[];
}

export interface AirflowOptions {
  /** The scrape job of what serves Airflow's metrics: statsd_exporter or the collector. */
  readonly job: string;
  readonly dags: readonly AirflowDag[];
  /** How long the scheduler may be silent between two heartbeats. Default 60: it beats every five seconds. */
  readonly heartbeatSeconds?: number;
}

/**
 * Airflow as DAGs of one's own: recordings that make of its metrics what `declareDag()` exports, so that the same rules and dashboards read both. Beside the mixin `dags`, which has the alerts.
 * Throws a `DeclarationError` that lists everything wrong with it.
 *
 * @example
 * defineConfig({ mixins: [dags, airflow({ job: 'airflow', dags: [{ id: 'sales', intervalSeconds: 3_600, slaSeconds: 7_200 }] })] });
 */
export function airflow(options: AirflowOptions): Mixin {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new DeclarationError('The mixin of Airflow', problems);
  return defineMixin({
    name: 'airflow',
    about:
      'Airflow, whose metrics become those of DAGs of one’s own. What it does not say, such as how often a DAG should run, is what the config promises.',
    metrics: [{ exportedBy: "Airflow's StatsD or OpenTelemetry route", outside: true, metrics: mapped }],
    groups: () => [{ name: 'sightglass-airflow', interval: seconds(30), rules: airflowRecordings(options) }],
  });
}

function problemsOf(options: AirflowOptions): readonly string[] {
  if (typeof options !== 'object' || options === null) return ['it needs an object with job and dags'];
  const { job, dags, heartbeatSeconds = 60 } = options;
  const problems: string[] = [];
  if (typeof job !== 'string' || job === '') problems.push('job must name the scrape job of its metrics');
  if (!isTime(heartbeatSeconds)) problems.push('heartbeatSeconds must be a number above 0');
  if (!Array.isArray(dags) || dags.length === 0)
    return [...problems, 'dags must list those that are promised'];
  const ids = dags.map((dag: AirflowDag | undefined) => dag?.id);
  for (const [i, dag] of (dags as readonly AirflowDag[]).entries()) {
    const name = `dags[${i}]`;
    if (typeof dag !== 'object' || dag === null) {
      problems.push(`${name} must be an object with id and intervalSeconds`);
      continue;
    }
    if (typeof dag.id !== 'string' || !/^[\w.-]+$/.test(dag.id))
      problems.push(`${name}.id must be an id that Airflow takes`);
    else if (ids.indexOf(dag.id) !== i) problems.push(`the DAG ${dag.id} is there twice`);
    if (!isTime(dag.intervalSeconds)) problems.push(`${name}.intervalSeconds must be a number above 0`);
    for (const key of ['slaSeconds', 'freshnessObjectiveSeconds'] as const)
      if (dag[key] !== undefined && !isTime(dag[key]))
        problems.push(`${name}.${key} must be a number above 0`);
    const { successObjective: share = 0.95 } = dag;
    if (!(typeof share === 'number' && share > 0 && share < 1))
      problems.push(`${name}.successObjective must be between 0 and 1`);
  }
  return problems;
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < Infinity;
