export {
  type Alertmanager,
  type AlertmanagerOptions,
  type ReceivedAlert,
  startAlertmanager,
} from './alertmanager.ts';
export { type Postgres, startPostgres } from './postgres.ts';
export { amtool, type ProgramResult, promtool, runProgram, type ToolOptions } from './programs.ts';
export { type Prometheus, type PrometheusOptions, type ScrapeJob, startPrometheus } from './prometheus.ts';
export type {
  ActiveAlert,
  Labels,
  Moment,
  Rule,
  RuleGroup,
  Sample,
  Series,
  Target,
} from './prometheus-api.ts';
export { type ServerName, serverPath } from './server-path.ts';
export { type ServerProcess, type ServerProcessOptions, startServerProcess } from './server-process.ts';
export { freePort, type WaitOptions, waitUntil } from './wait.ts';
export { type Notification, type NotifiedAlert, startWebhookSink, type WebhookSink } from './webhook-sink.ts';
