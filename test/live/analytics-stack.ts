import { join } from 'node:path';
import {
  type AnalyticsExample,
  type Load,
  startAnalyticsExample,
  startLoad,
} from '@sightglass/example-analytics-server';
import { receiversFor, renderAlertmanager, renderRules } from '@sightglass/rules';
import { database, http, jobs, queues, service } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  type Prometheus,
  startAlertmanager,
  startPostgres,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { startTogether, writeFiles } from './servers.ts';

/** One minute of the rules and of the routing is two seconds here. */
const SCALE = 30;

/** Of the pool of the API. */
export const CONNECTIONS = 40;

/**
 * What the old objects of the API's heap may take, in megabytes. V8 ends a process of which four fifths are in use when collecting them leaves it no time for
 * anything else; of so much, what is left is enough for that.
 */
export const HEAP_MEGABYTES = 1_024;

/** The whole way from a request of a client to the person who is told, on loopback, with rules and routing as they are shipped. */
export interface AnalyticsStack {
  readonly example: AnalyticsExample;
  readonly load: Load;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  /** Whoever the routing leads to. */
  readonly phone: WebhookSink;
  stop(): Promise<void>;
}

/** Starts Postgres, the API with its two workers, clients that ask it over HTTP, Prometheus and Alertmanager. */
export const startAnalyticsStack = (): Promise<AnalyticsStack> =>
  startTogether(async ({ folder, keep }) => {
    const phone = keep(await startWebhookSink());
    const receivers = receiversFor().map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${phone.url}/${name}`, send_resolved: true }],
    }));
    const [configFile] = await writeFiles(folder, [
      { file: 'alertmanager.yml', text: renderAlertmanager({ scale: SCALE, receivers }) },
    ]);
    const rules = renderRules({
      scale: SCALE,
      mixins: [http, service, database, queues, jobs],
    });
    const ruleFiles = await writeFiles(
      join(folder, 'rules'),
      // Budgets of weeks are for another test.
      rules.filter(({ file }) => file !== 'slo.yml').map(({ file, yaml }) => ({ file, text: yaml })),
    );
    const alertmanager = keep(await startAlertmanager({ configFile: configFile! }));
    const postgres = keep(await startPostgres());
    const example = keep(
      await startAnalyticsExample({
        databaseUrl: postgres.url,
        queueCapacity: 200,
        batchSize: 50,
        maxWaitSeconds: 2,
        batchDurationObjectiveSeconds: 0.5,
        retrySeconds: 0.2,
        poolSize: CONNECTIONS,
        // A scrape waits for it, and must be done within a second.
        healthTimeoutSeconds: 0.15,
        cacheSeconds: 2,
        summaryIntervalSeconds: 1,
        freshnessObjectiveSeconds: 5,
        nodeOptions: `--max-old-space-size=${HEAP_MEGABYTES}`,
      }),
    );
    const load = keep(startLoad({ url: example.url, eventsPerSecond: 20, readsPerSecond: 14 }));
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        // The API itself has the metrics, and those of its workers.
        scrape: [{ job: 'analytics-server', targets: [new URL(example.url).host] }],
        alertmanagers: [alertmanager.url],
        // A scrape takes in three processes; within a second it is done on a busy machine too.
        scrapeIntervalSeconds: 1,
        evaluationIntervalSeconds: 30 / SCALE,
      }),
    );
    return { example, load, prometheus, alertmanager, phone };
  });
