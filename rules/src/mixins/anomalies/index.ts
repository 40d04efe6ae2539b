import * as pipeline from '@sightglass/pipeline/metrics';
import { statisticSensitivity } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { intakeAlerts, requestAlerts, statisticAlerts } from './alerts.ts';
import { ownership, PER_STATISTIC, statisticRecordings } from './recordings.ts';
import { intake, requests } from './traffic.ts';

export { intakeAlerts, requestAlerts, statisticAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';
export * from './traffic.ts';

const AFTER_A_RUN = 'after the first run';
const AFTER_TWO = 'after the second run';
const WHEN_JUDGED = 'once a run is judged';

/** What is unusual: a run among runs; and an hour among hours, of requests and of queues, as far as their mixins are rendered too. */
export const anomalies = defineMixin({
  name: 'anomalies',
  component: 'anomaly',
  about:
    'What is unusual: runs by the runs before them; and by the same hour a week ago requests, where http.yml is there, and items of queues, where queues.yml is. Warnings at most.',
  metrics: [
    {
      exportedBy: 'declareStatistic()',
      metrics: Object.values(pipeline).filter(({ descriptor }) => descriptor.name.startsWith('statistic_')),
      appears: {
        statistic_last_value: AFTER_A_RUN,
        statistic_last_run_timestamp_seconds: AFTER_A_RUN,
        statistic_training_runs: AFTER_A_RUN,
        statistic_judged: AFTER_A_RUN,
        statistic_score: AFTER_A_RUN,
        statistic_training_mean: AFTER_TWO,
        statistic_training_standard_deviation: AFTER_TWO,
        statistic_training_median: AFTER_TWO,
        statistic_training_median_absolute_deviation: AFTER_TWO,
        statistic_z_score: WHEN_JUDGED,
        statistic_robust_score: WHEN_JUDGED,
      },
      optional: ['statistic_owner_info'],
    },
  ],
  owners: { of: PER_STATISTIC, ownership, complete: true },
  identities: [{ labels: PER_STATISTIC, declared: statisticSensitivity }],
  groups: () => [
    {
      name: 'sightglass-anomalies-runs',
      interval: seconds(30),
      rules: [...statisticRecordings, ...statisticAlerts],
    },
    // An hour does not change much within a minute.
    {
      name: 'sightglass-anomalies-requests',
      interval: minutes(1),
      needs: ['http'],
      rules: [...requests.recordings, ...requestAlerts],
    },
    {
      name: 'sightglass-anomalies-intake',
      interval: minutes(1),
      needs: ['queues'],
      rules: [...intake.recordings, ...intakeAlerts],
    },
  ],
  inhibitions: [
    // A service that is down gets no requests, and is told of as that.
    { sources: ['ServiceDown'], targets: ['AnomalyRequests'], equal: ['job'] },
  ],
});
