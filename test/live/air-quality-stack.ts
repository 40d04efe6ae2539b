import { join } from 'node:path';
import { type AirQualityExample, startAirQuality } from '@sightglass/example-air-quality';
import { renderAlertmanagerFiles, renderRules } from '@sightglass/rules';
import { collectors, dags, datasets, pipelines } from '@sightglass/rules/mixins';
import {
  type Alertmanager,
  PAGERDUTY_PATH,
  type Postgres,
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

/** The whole way from a measurement in Postgres to the person who is told, on loopback. */
export interface AirQualityStack {
  readonly example: AirQualityExample;
  readonly postgres: Postgres;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly slack: PostSink<SlackMessage>;
  readonly mail: SmtpSink;
  stop(): Promise<void>;
}

/** Starts the sinks, Alertmanager, two Postgres, the example, and Prometheus: a run a second stands for one a minute. */
export const startAirQualityStack = (): Promise<AirQualityStack> =>
  startTogether(async ({ folder, keep }) => {
    const pagerduty = keep(await startPagerdutySink());
    const slack = keep(await startSlackSink());
    const heartbeat = keep(await startWebhookSink());
    const mail = keep(await startSmtpSink('alerts', MAIL_PASSWORD));
    const mixins = [datasets, dags, pipelines, collectors];
    const routing = renderAlertmanagerFiles({
      scale: SCALE,
      mixins,
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
    const rules = renderRules({ scale: SCALE, mixins });
    // Budgets of weeks are for another test.
    const ruleFiles = await writeRules(
      folder,
      rules.filter(({ file }) => file !== 'slo.yml'),
    );
    const alertmanager = keep(await startAlertmanager({ configFile: join(folder, 'alertmanager.yml') }));
    const [postgres, standby] = await Promise.all([startPostgres().then(keep), startPostgres().then(keep)]);
    const example = keep(
      await startAirQuality({
        databaseUrl: postgres.url,
        standbyDatabaseUrl: standby.url,
        intervalSeconds: 1,
        freshnessObjectiveSeconds: 6,
        collectIntervalSeconds: 1,
        collectTimeoutSeconds: 0.8,
      }),
    );
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        scrape: [{ job: 'air-quality', targets: [example.metricsTarget] }],
        alertmanagers: [alertmanager.url],
        scrapeIntervalSeconds: 30 / SCALE,
        evaluationIntervalSeconds: 60 / SCALE,
      }),
    );
    return { example, postgres, prometheus, alertmanager, slack, mail };
  });
