import { join } from 'node:path';
import { type Example, startExample } from '@sightglass/example-offload';
import { renderRules } from '@sightglass/rules';
import { offload, telemetry } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  type Prometheus,
  startAlertmanager,
  startPostgres,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { startTogether, writeRules } from './servers.ts';

/** One minute of the rules is one second here, and so is one minute of what the example promises. */
export const SCALE = 60;

/** The whole way from a row to a notification, on loopback. */
export interface Stack {
  readonly example: Example;
  readonly alertmanager: Alertmanager;
  readonly sink: WebhookSink;
  /** Another Prometheus that scrapes the same example with the same rules. It ends with the stack. */
  prometheus(version: 2 | 3): Promise<Prometheus>;
  stop(): Promise<void>;
}

/** Starts Postgres, the example, Alertmanager and its receiver. */
export const startStack = (): Promise<Stack> =>
  startTogether(async ({ folder, keep }) => {
    const rules = renderRules({
      scale: SCALE,
      target: 'job="iceberg-scheduler"',
      mixins: [offload, telemetry],
    });
    const ruleFiles = await writeRules(folder, rules);
    const sink = keep(await startWebhookSink());
    const alertmanager = keep(await startAlertmanager({ config: routing(sink) }));
    const postgres = keep(await startPostgres());
    const example = keep(
      await startExample({
        databaseUrl: postgres.url,
        coldTierDir: join(folder, 'cold'),
        intervalSeconds: 5,
        lagObjectiveSeconds: 30,
        cycleDurationObjectiveSeconds: 10,
        produceRowsPerSecond: 200,
        // A fifth of the default: a loaded machine is that much slower, and the fault below is slower still.
        throughputObjectiveRowsPerSecond: 2_000,
      }),
    );
    const prometheus = async (version: 2 | 3) =>
      keep(
        await startPrometheus({
          version,
          ruleFiles,
          scrape: [
            {
              job: 'iceberg-scheduler',
              targets: [example.metricsTarget],
              labels: { service: 'iceberg-scheduler', tier: 'cold-storage' },
            },
            { job: 'alertmanager', targets: [new URL(alertmanager.url).host] },
          ],
          scrapeItself: true,
          alertmanagers: [alertmanager.url],
          scrapeIntervalSeconds: 30 / SCALE,
          evaluationIntervalSeconds: 60 / SCALE,
        }),
      );
    return { example, alertmanager, sink, prometheus };
  });

/** Everything goes to the one sink, without the waits that group alerts of a real day. */
function routing(sink: WebhookSink): Record<string, unknown> {
  return {
    route: {
      receiver: 'phone',
      group_by: ['alertname', 'component'],
      group_wait: '100ms',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [{ name: 'phone', webhook_configs: [{ url: sink.url, send_resolved: true }] }],
  };
}
