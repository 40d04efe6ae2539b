import { join } from 'node:path';
import { type DagExample, startDagExample } from '@sightglass/example-dag-sla';
import { renderAlertmanagerFiles, renderRules } from '@sightglass/rules';
import { dags, pipelines, telemetry } from '@sightglass/rules/mixins';
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
  startPrometheus,
  startSlackSink,
  startSmtpSink,
  startWebhookSink,
} from '@sightglass/test-tools';
import { MAIL_PASSWORD, ROUTING_KEY } from '../routing/stack.ts';
import { startTogether, writeFiles } from './servers.ts';

/** One minute of the rules and of the routing is one second here. */
const SCALE = 60;

/** The whole way from a task to the person who is woken, on loopback, with the routing as it is shipped. */
export interface DagStack {
  readonly example: DagExample;
  /** Another service that has a DAG of the same id; it runs once it is asked for. */
  startCopy(): Promise<DagExample>;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly pagerduty: PostSink<PagerdutyEvent>;
  readonly slack: PostSink<SlackMessage>;
  readonly mail: SmtpSink;
  stop(): Promise<void>;
}

/** A run every six seconds stands for one every six minutes, and is done five later. */
const SETTINGS = {
  schedule: '*/6 * * * * *',
  slaSeconds: 5,
  freshnessObjectiveSeconds: 24,
  heartbeatSeconds: 0.5,
  retryDelaySeconds: 0.1,
} as const;

/** Starts the sinks, Alertmanager, the DAG runner and Prometheus. */
export const startDagStack = (): Promise<DagStack> =>
  startTogether(async ({ folder, keep }) => {
    const pagerduty = keep(await startPagerdutySink());
    const slack = keep(await startSlackSink());
    const heartbeat = keep(await startWebhookSink());
    const mail = keep(await startSmtpSink('alerts', MAIL_PASSWORD));
    await writeFiles(folder, [
      ...renderAlertmanagerFiles({
        scale: SCALE,
        secretsFolder: join(folder, 'secrets'),
        heartbeatUrl: heartbeat.url,
        pagerdutyUrl: `${pagerduty.url}${PAGERDUTY_PATH}`,
        emailTo: 'oncall@example.org',
        emailFrom: 'alerts@example.org',
        smtpServer: mail.address,
        smtpUsername: 'alerts',
      }),
      { file: 'secrets/slack_api_url_critical', text: `${slack.url}${SLACK_PATHS.critical}` },
      { file: 'secrets/slack_api_url_warning', text: `${slack.url}${SLACK_PATHS.warning}` },
      { file: 'secrets/pagerduty_routing_key', text: ROUTING_KEY },
      { file: 'secrets/smtp_password', text: MAIL_PASSWORD },
    ]);
    const ruleFiles = await writeFiles(
      join(folder, 'rules'),
      renderRules({ scale: SCALE, mixins: [dags, pipelines, telemetry] }).map(({ file, yaml }) => ({
        file,
        text: yaml,
      })),
    );
    const alertmanager = keep(await startAlertmanager({ configFile: join(folder, 'alertmanager.yml') }));
    const example = keep(await startDagExample(SETTINGS));
    const copy = keep(await startDagExample(SETTINGS));
    // It is there for its port, and runs when it is asked for.
    await copy.kill();
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        scrape: [
          { job: 'reports', targets: [example.metricsTarget] },
          { job: 'copied-reports', targets: [copy.metricsTarget] },
          { job: 'alertmanager', targets: [new URL(alertmanager.url).host] },
        ],
        scrapeItself: true,
        alertmanagers: [alertmanager.url],
        scrapeIntervalSeconds: 15 / SCALE,
        evaluationIntervalSeconds: 30 / SCALE,
      }),
    );
    const startCopy = async () => {
      await copy.restart();
      return copy;
    };
    return { example, startCopy, prometheus, alertmanager, pagerduty, slack, mail };
  });
