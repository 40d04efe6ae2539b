import { promql } from '../../engine/promql/promql.ts';
import { slo } from '../../engine/slo/slo.ts';
import { freshnessObjective, isDisabled } from '../jobs/recordings.ts';
import { PER_SOURCE, sourceAge } from './recordings.ts';

/** A dependency SLO: what each source of a sync gives us, which is the ceiling of what we can promise. */
export const sourceFreshness = slo({
  name: 'source-freshness',
  description:
    'For 95 % of any 30 days, each source of a sync was synced without an error within the freshness that the job declares.',
  owner: 'owner of the source',
  objective: 0.95,
  windowDays: 30,
  dependency: true,
  explainedBy: ['JobGone', 'JobStopped', 'JobStuck'],
  runbook: 'slo',
  sli: {
    kind: 'freshness',
    by: PER_SOURCE,
    age: promql`${sourceAge}`,
    limit: promql`${freshnessObjective}`,
    limitBy: ['job_name'],
    paused: isDisabled,
  },
  rationale:
    'A source is run by others and fails for its own reasons, so it is watched and nobody is paged. Each source is judged alone: over all of them, one that is dead hides behind the others, and one that was given up would count for ever (TR-15). It is judged by slices of time rather than by requests, since a sync asks in bursts with hours between them. 95 % leave it 36 hours a month, five times what the data itself may be late: one bad source makes a run partial.',
  impact: 'The data of this source is older than promised; the other sources are not concerned.',
  action: "See whether the source answers and with which errors; look at its provider's status page.",
  source: '002-D5',
});
