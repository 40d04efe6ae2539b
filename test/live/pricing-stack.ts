import { join } from 'node:path';
import { type PricingExample, startPricingExample } from '@sightglass/example-pricing-sync';
import { type Mixin, renderAlertmanagerFiles, renderRules } from '@sightglass/rules';
import { database, errors, http, jobs, pricing, service, syncs, telemetry } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  PAGERDUTY_PATH,
  type PagerdutyEvent,
  type PostSink,
  type Prometheus,
  SLACK_PATHS,
  type SlackMessage,
  type SmtpSink,
  startAlertmanager,
  startPagerdutySink,
  startPostgres,
  startPrometheus,
  startSlackSink,
  startSmtpSink,
  startWebhookSink,
} from '@sightglass/test-tools';
import { MAIL_PASSWORD, ROUTING_KEY } from '../routing/stack.ts';
import { startTogether, writeFiles, writeRules } from './servers.ts';

/** One minute of the rules and of the routing is one second here. */
const SCALE = 60;

/** More than the example needs, and less than the 2 GB that are shipped, so that a test need not take as much. */
export const MEMORY_LIMIT_MEGABYTES = 400;

/** What the example is made of. */
const OF_THE_EXAMPLE: readonly Mixin[] = [jobs, syncs, pricing, telemetry, http, service, database, errors];

/** The whole way from a provider's answer to the person who is woken, on loopback, with the routing as it is shipped. */
export interface PricingStack {
  readonly example: PricingExample;
  readonly alertmanager: Alertmanager;
  readonly pagerduty: PostSink<PagerdutyEvent>;
  readonly slack: PostSink<SlackMessage>;
  readonly mail: SmtpSink;
  /**
   * A Prometheus that scrapes the example, with the preset's names; it ends with the stack. The newer one has every rule file, the other one, which is
   * there for longer, those of what the example is made of.
   */
  prometheus(version: 2 | 3): Promise<Prometheus>;
  stop(): Promise<void>;
}

/** Starts the sinks, Alertmanager, Postgres, and the example with its providers: a run every three seconds stands for one every six hours. */
export const startPricingStack = (): Promise<PricingStack> =>
  startTogether(async ({ folder, keep }) => {
    const pagerduty = keep(await startPagerdutySink());
    const slack = keep(await startSlackSink());
    const heartbeat = keep(await startWebhookSink());
    const mail = keep(await startSmtpSink('alerts', MAIL_PASSWORD));
    const routing = renderAlertmanagerFiles({
      scale: SCALE,
      secretsFolder: join(folder, 'secrets'),
      heartbeatUrl: heartbeat.url,
      pagerdutyUrl: `${pagerduty.url}${PAGERDUTY_PATH}`,
      emailTo: 'oncall@example.org',
      emailFrom: 'alerts@example.org',
      smtpServer: mail.address,
      smtpUsername: 'alerts',
    });
    await writeFiles(folder, [
      ...routing,
      { file: 'secrets/slack_api_url_critical', text: `${slack.url}${SLACK_PATHS.critical}` },
      { file: 'secrets/slack_api_url_warning', text: `${slack.url}${SLACK_PATHS.warning}` },
      { file: 'secrets/pagerduty_routing_key', text: ROUTING_KEY },
      { file: 'secrets/smtp_password', text: MAIL_PASSWORD },
    ]);
    const rulesOf = (mixins?: readonly Mixin[]) =>
      renderRules({
        scale: SCALE,
        target: 'job="pricing-sync"',
        thresholds: { job_memory_bytes: MEMORY_LIMIT_MEGABYTES * 1_000_000 },
        presets: { 'pricing-sync': 'pricing-sync' },
        ...(mixins && { mixins }),
      });
    const ruleFiles = {
      2: await writeRules(join(folder, 'own'), rulesOf(OF_THE_EXAMPLE)),
      3: await writeRules(join(folder, 'all'), rulesOf()),
    };
    const alertmanager = keep(await startAlertmanager({ configFile: join(folder, 'alertmanager.yml') }));
    const postgres = keep(await startPostgres());
    const example = keep(
      await startPricingExample({
        databaseUrl: postgres.url,
        schedule: '*/3 * * * * *',
        durationObjectiveSeconds: 0.4,
        freshnessObjectiveSeconds: 20,
        requestTimeoutSeconds: 0.5,
      }),
    );
    const prometheus = async (version: 2 | 3) =>
      keep(
        await startPrometheus({
          version,
          ruleFiles: ruleFiles[version],
          scrape: [
            { job: 'pricing-sync', targets: [example.metricsTarget] },
            { job: 'alertmanager', targets: [new URL(alertmanager.url).host] },
          ],
          scrapeItself: true,
          alertmanagers: version === 2 ? [alertmanager.url] : [],
          scrapeIntervalSeconds: 30 / SCALE,
          evaluationIntervalSeconds: 60 / SCALE,
        }),
      );
    return { example, alertmanager, pagerduty, slack, mail, prometheus };
  });
