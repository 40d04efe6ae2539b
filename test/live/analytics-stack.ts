import {
  type AnalyticsExample,
  type Load,
  startAnalyticsExample,
  startLoad,
} from '@sightglass/example-analytics-server';
import { receiversFor, renderAlertmanager, renderRules } from '@sightglass/rules';
import { database, http, jobs, queues, service, telemetry } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  type Postgres,
  type Prometheus,
  startAlertmanager,
  startPostgres,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { startTogether, writeFiles, writeRules } from './servers.ts';

/** One minute of the rules and of the routing is one second here. */
const SCALE = 60;

/** Of the pool of the API: what is left of it when most have leaked is enough for the questions of the clients, slow as the answers may be. */
export const CONNECTIONS = 60;

/** What the old objects of the API's heap may take, in megabytes. */
export const HEAP_MEGABYTES = 512;

/** The shares of it that are told of. V8 ends a process of which four fifths are in use when collecting them leaves it no time for anything else, as on a busy machine. */
export const MEMORY_HIGH = 0.4;
export const MEMORY_NEAR_LIMIT = 0.6;

/** The whole way from a request of a client to the person who is told, on loopback, with rules and routing as they are shipped. */
export interface AnalyticsStack {
  readonly example: AnalyticsExample;
  readonly load: Load;
  readonly postgres: Postgres;
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
      mixins: [http, service, database, queues, jobs, telemetry],
      thresholds: {
        service_memory_high_ratio: MEMORY_HIGH,
        service_memory_near_limit_ratio: MEMORY_NEAR_LIMIT,
        // A quarter of an hour has fifteen seconds here, in which a busy machine starts a worker no more than once.
        service_restarts: 1,
        // Times shrink with the minutes, but for those that the machine takes: a second for a query, and for the event loop more than a busy one is late by itself.
        database_operation_seconds: SCALE,
        service_event_loop_delay_seconds: 0.5 * SCALE,
      },
    });
    // Budgets of weeks are for another test.
    const ruleFiles = await writeRules(
      folder,
      rules.filter(({ file }) => file !== 'slo.yml'),
    );
    const [alertmanager, postgres] = await Promise.all([
      startAlertmanager({ configFile: configFile! }).then(keep),
      startPostgres().then(keep),
    ]);
    const example = keep(
      await startAnalyticsExample({
        databaseUrl: postgres.url,
        queueCapacity: 120,
        batchSize: 50,
        maxWaitSeconds: 2,
        batchDurationObjectiveSeconds: 0.5,
        retrySeconds: 0.2,
        poolSize: CONNECTIONS,
        // A scrape waits for it, and must be done within a second.
        healthTimeoutSeconds: 0.3,
        cacheSeconds: 4,
        summaryIntervalSeconds: 1,
        freshnessObjectiveSeconds: 5,
        nodeOptions: `--max-old-space-size=${HEAP_MEGABYTES}`,
      }),
    );
    const load = keep(startLoad({ url: example.url, eventsPerSecond: 12, readsPerSecond: 14 }));
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        // The API itself has the metrics, and those of its workers.
        scrape: [{ job: 'analytics-server', targets: [new URL(example.url).host] }],
        alertmanagers: [alertmanager.url],
        // A scrape takes in three processes; within a second it is done on a busy machine too.
        scrapeIntervalSeconds: 1,
        evaluationIntervalSeconds: 1,
      }),
    );
    return { example, load, postgres, prometheus, alertmanager, phone };
  });
