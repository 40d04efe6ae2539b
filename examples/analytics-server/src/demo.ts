import { runDemo } from '@sightglass/demo-kit';
import { database, http, jobs, queues, service, telemetry } from '@sightglass/rules/mixins';
import { startPostgres } from '@sightglass/test-tools';
import { startLoad } from './load/load.ts';
import { startAnalyticsExample } from './start-analytics-example.ts';
import { eventsSoFar, tellStory } from './story.ts';

/* `npm run demo -- analytics`: the workers come to stand still, the alert reaches a phone, they go on. */

await runDemo({
  name: 'service',
  mixins: [http, service, database, queues, jobs, telemetry],
  rulesOf: 'services and queues',
  job: 'analytics-server',
  async begin(start) {
    const postgres = await start('Postgres', startPostgres);
    const example = await start('the API, and two worker processes that it serves the metrics of', () =>
      startAnalyticsExample({
        databaseUrl: postgres.url,
        queueCapacity: 2_000,
        maxWaitSeconds: 2,
        batchDurationObjectiveSeconds: 0.5,
        retrySeconds: 0.2,
        cacheSeconds: 1,
        summaryIntervalSeconds: 1,
        freshnessObjectiveSeconds: 10,
      }),
    );
    const load = await start('clients: 200 events and 20 questions a second', () =>
      startLoad({ url: example.url, eventsPerSecond: 200, readsPerSecond: 20 }),
    );
    return { example, load };
  },
  addresses: ({ example: { url } }) => ({ API: url, metrics: `${url}/metrics`, health: `${url}/health` }),
  line: eventsSoFar,
  story: tellStory,
  outcomes: {
    eventsWritten: 'events were written to Postgres by the workers',
    fired: 'the alert fired',
    delivered: 'the notification was delivered',
    repaired: 'the lock was given back and the queue worked off',
    resolved: 'the notification that it is over was delivered',
  },
  tryFirst: 'database-down',
});
