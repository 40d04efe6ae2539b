import { dagRuns, dagSlaMissed } from '@sightglass/pipeline/metrics';
import { type MetricReference, where } from '../../engine/promql/promql.ts';
import type { Slo, SloOptions } from '../../engine/slo/model.ts';
import { slo } from '../../engine/slo/slo.ts';
import { FAILED, JUDGED } from './counts.ts';
import { interval, sla, successObjective } from './recordings.ts';

/** What {@link dagSlo} takes: what `slo` does, with DAGs instead of an SLI. */
export interface DagSloOptions extends Omit<SloOptions, 'sli' | 'explainedBy'> {
  /** The ids of the DAGs that it is about. Default: all that there are, each with a budget of its own. */
  readonly dags?: readonly string[];
  /** What is promised: that runs are done by the SLA that the DAG declares (`sla`, the default), or that they succeed (`success`), by the share that the DAG declares. */
  readonly of?: 'sla' | 'success';
  /** For DAGs with fewer than twenty runs in the window: over how many days they are counted. Default 30, or the window where that is longer. */
  readonly rareWindowDays?: number;
}

/**
 * An SLO on DAGs, for the `slos` of a mixin: that runs are done in time, or that they succeed. Runs are counted, each of them, and one bad run is always allowed; what a DAG promises it
 * declares itself, so this needs no number of hours. A run counts against the SLA as soon as its deadline has passed; one that failed before is the business of the other.
 * While an alert says already that the DAG does not run, its budget wakes nobody once more. Throws a `DeclarationError` that lists every problem.
 *
 * ```ts
 * dagSlo({
 *   name: 'reports-in-time', description: 'Of the nightly reports, 95 % within any 30 days are there two hours after their time.',
 *   owner: 'team-data', runbook: 'dags', dags: ['daily-report'], objective: 0.95, windowDays: 30,
 * });
 * ```
 */
export function dagSlo(options: DagSloOptions): Slo {
  const { dags, of = 'sla', rareWindowDays, ...promise } = options ?? {};
  const runs = (
    { descriptor }: MetricReference,
    matchers: Parameters<typeof where>[1] = {},
  ): MetricReference =>
    where({ descriptor }, { ...matchers, ...(dags === undefined ? {} : { dag_id: dags }) });
  const { windowDays } = promise;
  return slo({
    ...promise,
    ...(of === 'success' && promise.objectivePerSubject === undefined
      ? { objectivePerSubject: successObjective }
      : {}),
    explainedBy: ['DagGone', 'DagStopped', 'DagStuck', 'DagFailed'],
    sli: {
      kind: 'runs',
      by: ['dag_id'],
      runs: {
        total: runs(dagRuns, { status: JUDGED }),
        bad: of === 'sla' ? runs(dagSlaMissed) : runs(dagRuns, { status: FAILED }),
      },
      ...(of === 'sla' ? { subjects: sla } : {}),
      interval,
      rareWindowDays: rareWindowDays ?? Math.max(30, windowDays),
    },
  });
}
