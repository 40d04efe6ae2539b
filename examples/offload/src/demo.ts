import { join } from 'node:path';
import { runDemo, SCALE } from '@sightglass/demo-kit';
import { offload, telemetry } from '@sightglass/rules/mixins';
import { startPostgres } from '@sightglass/test-tools';
import { startExample } from './start-example.ts';
import { rowsMoved, tellStory } from './story.ts';

/* `npm run demo`: a table breaks, the alert reaches a phone, the table is repaired. */

const minutes = (count: number) => (count * 60) / SCALE;

await runDemo({
  name: 'scheduler',
  mixins: [offload, telemetry],
  rulesOf: 'an offload',
  job: 'iceberg-scheduler',
  labels: { service: 'iceberg-scheduler', tier: 'cold-storage' },
  async begin(start, folder) {
    const coldTierDir = join(folder, 'cold-tier');
    const postgres = await start('Postgres, the hot store', startPostgres);
    const example = await start('the scheduler: a cycle every 10 s, which stands for 10 minutes', () =>
      startExample({
        databaseUrl: postgres.url,
        coldTierDir,
        intervalSeconds: minutes(10),
        lagObjectiveSeconds: minutes(30),
        cycleDurationObjectiveSeconds: minutes(10),
        tableTimeoutSeconds: minutes(20),
      }),
    );
    return { example, coldTierDir };
  },
  addresses: ({ example }) => ({
    metrics: example.metricsUrl,
    health: String(new URL('/health', example.metricsUrl)),
  }),
  line: rowsMoved,
  story: tellStory,
  outcomes: {
    rowsMoved: 'rows moved from Postgres to Parquet files',
    fired: 'the alert fired',
    delivered: 'the notification was delivered',
    repaired: 'the table was repaired and caught up',
    resolved: 'the notification that it is over was delivered',
  },
  tryFirst: 'hang?table=trades',
});
