export {
  type Alertmanager,
  type AlertmanagerOptions,
  type ReceivedAlert,
  startAlertmanager,
} from './alertmanager.ts';
export { digest, withoutChance } from './digest.ts';
export {
  type Control,
  type ExampleProcess,
  type ExampleProcessOptions,
  startExampleProcess,
} from './example-process.ts';
export { type Exporter, type ExporterOptions, startExporter } from './exporters.ts';
export { inParallel } from './in-parallel.ts';
export { onFreePort } from './on-free-port.ts';
export { PAGERDUTY_PATH, type PagerdutyEvent, startPagerdutySink } from './pagerduty-sink.ts';
export { type PostSink, startPostSink } from './post-sink.ts';
export { type Postgres, startPostgres } from './postgres.ts';
export {
  amtool,
  type ProgramResult,
  promtool,
  runProgram,
  type ToolOptions,
  USUAL_PROMETHEUS,
} from './programs.ts';
export { type Prometheus, type PrometheusOptions, type ScrapeJob, startPrometheus } from './prometheus.ts';
export {
  type ActiveAlert,
  type Labels,
  type Moment,
  type PrometheusApi,
  prometheusApi,
  type Rule,
  type RuleGroup,
  type Sample,
  type Series,
  type Target,
} from './prometheus-api.ts';
export { type Pushgateway, startPushgateway } from './pushgateway.ts';
export { type Redis, startRedis } from './redis.ts';
export { requiredServerPath, type ServerName, serverPath } from './server-path.ts';
export { type ServerProcess, type ServerProcessOptions, startServerProcess } from './server-process.ts';
export { SLACK_PATHS, type SlackMessage, startSlackSink } from './slack-sink.ts';
export { type Mail, type SmtpSink, startSmtpSink } from './smtp-sink.ts';
export { freePort, type WaitOptions, waitUntil } from './wait.ts';
export { type Notification, type NotifiedAlert, startWebhookSink, type WebhookSink } from './webhook-sink.ts';
