import { runDemo } from '@sightglass/demo-kit';
import { collectors, dags, database, datasets, pipelines, telemetry } from '@sightglass/rules/mixins';
import { startPostgres } from '@sightglass/test-tools';
import { startAirQuality } from './start-air-quality.ts';
import { measurementsSoFar, tellStory } from './story.ts';

/* `npm run demo -- air-quality`: the data get worse, the alert reaches a phone, they recover. */

await runDemo({
  name: 'pipeline',
  mixins: [datasets, dags, pipelines, collectors, database, telemetry],
  rulesOf: 'data sets, DAGs and collectors',
  job: 'air-quality',
  async begin(start) {
    const postgres = await start('Postgres', startPostgres);
    const example = await start('the pipeline: a run a second, for one a minute', () =>
      startAirQuality({
        databaseUrl: postgres.url,
        intervalSeconds: 1,
        freshnessObjectiveSeconds: 10,
        collectIntervalSeconds: 1,
        collectTimeoutSeconds: 1,
      }),
    );
    return { example };
  },
  addresses: ({ example }) => ({
    metrics: example.metricsUrl,
    health: `${example.healthUrl}/health`,
    summary: `${example.healthUrl}/summary`,
  }),
  line: measurementsSoFar,
  story: tellStory,
  outcomes: {
    loaded: 'measurements went through bronze, silver and gold, and were checked',
    fired: 'the score fell, and the alert fired',
    delivered: 'the notification was delivered',
    resolved: 'the notification that it is over was delivered',
  },
  tryFirst: 'database-down',
});
