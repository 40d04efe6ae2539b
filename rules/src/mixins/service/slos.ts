import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { countOf, where } from '../../engine/promql/promql.ts';
import { slo } from '../../engine/slo/slo.ts';

/** Requests to the endpoints that operate the service. */
const requests = where(
  { descriptor: httpServerRequestDuration },
  { http_route: { matches: '/(api/)?admin(/.*)?' } },
);

export const adminAvailability = slo({
  name: 'admin-availability',
  description: 'Of the requests to each admin endpoint, 99.9 % within any 30 days do not fail on our side.',
  owner: 'owner of the service',
  objective: 0.999,
  windowDays: 30,
  runbook: 'slo',
  // It says of the same requests what is wrong now; what this adds is for when they fail too seldom for that.
  explainedBy: ['HttpErrorRatioCritical'],
  sli: {
    kind: 'ratio',
    by: ['http_route'],
    total: countOf(requests),
    bad: countOf(where(requests, { http_response_status_code: { matches: '5..' } })),
    eventsPerHour: 10,
  },
  rationale:
    'The admin endpoints are how people stop, start and repair what runs by itself, so they must work when something else does not. 002 counts 43 minutes a month of downtime; requests are counted here, because a minute in which nobody asks harms nobody. There are few of them: at ten an hour a single error would already be a burn rate of 100, so alerts ask for three bad requests as well (TR-21), and 1 % of errors for 15 minutes (002) becomes the two pairs of windows.',
  impact: 'Operators can not see or control the service, least of all in an incident.',
  action:
    'Look up the status and the error of the failing route; see whether the database and the process are well.',
  source: '002-S5',
});
