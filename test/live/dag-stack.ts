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
import { startTogether, writeFiles, writeRules } from './servers.ts';

/** One minute of the rules and of the routing is one second here. */
const SCALE = 60;

/** The whole way from a task to the person who is woken, on loopback, with the routing as it is shipped. */
export interface DagStack {
  /** The DAG `daily-report`. */
  readonly reports: DagExample;
  /** Another service, with the DAG `nightly-export`. */
  readonly exports: DagExample;
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
  freshnessObjectiveSeconds: 15,
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
    const ruleFiles = await writeRules(
      folder,
      renderRules({ scale: SCALE, mixins: [dags, pipelines, telemetry] }),
    );
    const alertmanager = keep(await startAlertmanager({ configFile: join(folder, 'alertmanager.yml') }));
    const [reports, exports] = await Promise.all([
      startDagExample(SETTINGS).then(keep),
      startDagExample({ ...SETTINGS, dagId: 'nightly-export', scheduler: 'exports' }).then(keep),
    ]);
    const prometheus = keep(
      await startPrometheus({
        ruleFiles,
        scrape: [
          { job: 'reports', targets: [reports.metricsTarget] },
          { job: 'exports', targets: [exports.metricsTarget] },
          { job: 'alertmanager', targets: [new URL(alertmanager.url).host] },
        ],
        scrapeItself: true,
        alertmanagers: [alertmanager.url],
        scrapeIntervalSeconds: 30 / SCALE,
        evaluationIntervalSeconds: 60 / SCALE,
      }),
    );
    return { reports, exports, prometheus, alertmanager, pagerduty, slack, mail };
  });
