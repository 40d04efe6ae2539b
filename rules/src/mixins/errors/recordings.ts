import { dbClientOperationDuration, httpServerRequestDuration } from '@sightglass/core/metrics';
import { dagErrors, offloadErrors, pipelineErrors, sqlCollectorErrors } from '@sightglass/pipeline/metrics';
import { jobErrors, syncErrors } from '@sightglass/scheduler/metrics';
import { queueErrors } from '@sightglass/worker/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { countOf, type MetricReference, promql, where } from '../../engine/promql/promql.ts';

/* Errors of every kind of work as one series by service and kind, for dashboards: what fails is told of by whatever it is. */

const failedOperations = countOf(
  where({ descriptor: dbClientOperationDuration }, { error_type: { not: '' } }),
);
const failedRequests = countOf(
  where({ descriptor: httpServerRequestDuration }, { http_response_status_code: { matches: '5..' } }),
);

/** What counts errors, each with labels of its own beside `error_type`. */
export const errorCounters: readonly MetricReference[] = [
  offloadErrors,
  pipelineErrors,
  dagErrors,
  jobErrors,
  syncErrors,
  queueErrors,
  sqlCollectorErrors,
  failedOperations,
];

/** Of which metrics the rules read what there is. */
export const read = [
  ...[offloadErrors, pipelineErrors, dagErrors, jobErrors, syncErrors, queueErrors, sqlCollectorErrors].map(
    ({ descriptor }) => descriptor,
  ),
  dbClientOperationDuration,
  httpServerRequestDuration,
];

const WINDOW = minutes(5);

/** Errors per second by service and kind; of requests that failed on our side, the kind is the status. Absent where none was in five minutes. */
export const errorRate: Recording = {
  record: 'job_error_type:sightglass_errors:rate_5m',
  labels: ['job', 'error_type'],
  expr: promql`sum by (job, error_type) (
      ${errorCounters
        .map((counter) => promql`rate(${counter}[${WINDOW}])`)
        .reduce((all, each) => promql`${all}\nor\n${each}`)}
      or
      label_join(rate(${failedRequests}[${WINDOW}]), "error_type", "", "http_response_status_code")
    ) > 0`,
};
