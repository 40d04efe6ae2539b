import {
  jobFreshnessObjective,
  jobInterval,
  syncSourceLastSuccess,
  syncSourceSeen,
} from '@sightglass/scheduler/metrics';
import { promql } from '../promql.ts';
import { list, newest, remembered } from './remembered.ts';
import { slo } from './slo.ts';

const by = ['job_name', 'source'];
const job = ['job_name'];

/** The sources that a living process knows; of a dead one, those that it knew last. One that is no longer configured is expected no more. */
const known = promql`group by (${list(by)}) (${syncSourceSeen})
  or on (${list(by)})
  (${newest(syncSourceSeen, by)} unless on (${list(job)}) ${jobInterval})`;

/** A dependency SLO: what each source of a sync gives us, which is the ceiling of what we can promise. */
export const sourceFreshness = slo({
  name: 'source-freshness',
  description:
    'For 95 % of any 30 days, each source of a sync was synced without an error within the freshness that the job declares.',
  owner: 'owner of the source',
  objective: 0.95,
  windowDays: 30,
  dependency: true,
  component: 'sync',
  runbook: 'slo',
  sli: {
    kind: 'freshness',
    by,
    last: syncSourceLastSuccess,
    since: syncSourceSeen,
    limit: remembered(jobFreshnessObjective, job),
    limitBy: job,
    expected: known,
  },
  rationale:
    'A source is run by others and fails for its own reasons, so it is watched and nobody is paged. Each source is judged alone: over all of them, one that is dead hides behind the others, and one that was given up would count for ever (TR-15). It is judged by slices of time rather than by requests, since a sync asks in bursts with hours between them. 95 % leave it 36 hours a month, five times what the data itself may be late: one bad source makes a run partial.',
  impact: 'The data of this source is older than promised; the other sources are not concerned.',
  action: "See whether the source answers and with which errors; look at its provider's status page.",
  source: '002-D5',
});
