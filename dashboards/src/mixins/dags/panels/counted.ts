import { dags, grownIn, promql, type Query, type Window, where } from '@sightglass/rules';

/*
 * Runs are counted by the totals of the rules: a status is a series only once a run ended so, and a DAG that runs once a day is long over before a rate could be taken.
 */

/** A count for each DAG, 0 for one that has none. */
export const orNone = (count: Query): Query => promql`(${count} or on (dag_id) 0 * ${dags.interval})`;

/** Runs of each DAG in a window up to now that ended in one of these ways. */
export const runsIn = (window: Window, status: readonly string[]): Query =>
  orNone(promql`sum by (dag_id) (${grownIn(where(dags.runsTotal, { status }), window)})`);

/** The share of the runs of a window that kept their SLA, of DAGs that declare one; empty for one that has had no run. */
export const keptIn = (window: Window): Query =>
  promql`clamp_min(1 - (${orNone(grownIn(dags.slaMissedTotal, window))} and on (dag_id) ${dags.sla}) / on (dag_id) (${runsIn(window, dags.JUDGED)} > 0), 0)`;
