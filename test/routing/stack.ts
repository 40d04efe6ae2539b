import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RoutingContext, renderAlertmanagerFiles } from '@sightglass/rules';
import {
  type Alertmanager,
  PAGERDUTY_PATH,
  type PagerdutyEvent,
  type PostSink,
  SLACK_PATHS,
  type SlackMessage,
  type SmtpSink,
  startAlertmanager,
  startPagerdutySink,
  startSlackSink,
  startSmtpSink,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';

/** A secret that only the test's sink would take. */
export const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

/** The password of the test's mail server. */
export const MAIL_PASSWORD = 'of the test alone';

/** An alert as Prometheus sends it. */
export interface SentAlert {
  readonly labels: { readonly [label: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** A real Alertmanager with the shipped configuration, and the services that it tells. */
export interface RoutingStack {
  readonly alertmanager: Alertmanager;
  readonly pagerduty: PostSink<PagerdutyEvent>;
  readonly slack: PostSink<SlackMessage>;
  readonly heartbeat: WebhookSink;
  readonly mail: SmtpSink;
  /** The alerts fire, as often as Prometheus says so; or are over. All of one call reach Alertmanager at once. */
  send(alert: SentAlert | readonly SentAlert[], state?: 'firing' | 'resolved'): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the sinks, then Alertmanager with its secrets in files. What was started before a failure is stopped. */
export async function startRoutingStack(
  scale: number,
  context: RoutingContext = {},
  /** What of the context depends on the sinks. */
  toSinks: (sinks: {
    readonly mail: SmtpSink;
    readonly secretsFolder: string;
  }) => RoutingContext = () => ({}),
): Promise<RoutingStack> {
  const started: (() => Promise<unknown>)[] = [];
  const keep = <T extends { stop(): Promise<unknown> }>(server: T): T => {
    started.push(() => server.stop());
    return server;
  };
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-routing-'));
    started.push(() => rm(folder, { recursive: true, force: true }));
    const pagerduty = keep(await startPagerdutySink());
    const slack = keep(await startSlackSink());
    const heartbeat = keep(await startWebhookSink());
    const mail = keep(await startSmtpSink('alerts', MAIL_PASSWORD));
    const secretsFolder = join(folder, 'secrets');
    const secrets = {
      slack_api_url_critical: `${slack.url}${SLACK_PATHS.critical}`,
      slack_api_url_warning: `${slack.url}${SLACK_PATHS.warning}`,
      pagerduty_routing_key: ROUTING_KEY,
      smtp_password: MAIL_PASSWORD,
    };
    const configFile = await writeConfiguration(folder, secrets, {
      ...context,
      ...toSinks({ mail, secretsFolder }),
      scale,
      secretsFolder,
      heartbeatUrl: heartbeat.url,
      pagerdutyUrl: `${pagerduty.url}${PAGERDUTY_PATH}`,
      emailTo: 'oncall@example.org',
      emailFrom: 'alerts@example.org',
      smtpServer: mail.address,
      smtpUsername: 'alerts',
    });
    const alertmanager = keep(await startAlertmanager({ configFile }));
    const send: RoutingStack['send'] = (alerts, state = 'firing') =>
      postAlerts(alertmanager.url, [alerts].flat(), state === 'firing');
    return { alertmanager, pagerduty, slack, heartbeat, mail, send, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes the configuration, the templates and the secrets, each where the configuration looks for it. */
async function writeConfiguration(
  folder: string,
  secrets: { readonly [file: string]: string },
  context: RoutingContext,
): Promise<string> {
  const files = [
    ...renderAlertmanagerFiles(context),
    ...Object.entries(secrets).map(([file, text]) => ({ file: `secrets/${file}`, text })),
  ];
  for (const { file, text } of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text, { mode: 0o600 });
  }
  return join(folder, 'alertmanager.yml');
}

/** Prometheus promises each time that the alert fires for some minutes more, and says the end as a time that is past. `since` in milliseconds. */
export async function postAlerts(
  url: string,
  alerts: readonly SentAlert[],
  firing = true,
  since = Date.now() - 60_000,
): Promise<void> {
  const now = Date.now();
  const startsAt = new Date(since).toISOString();
  const endsAt = new Date(firing ? now + 600_000 : now - 1).toISOString();
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((alert) => ({ ...alert, startsAt, endsAt }))),
  });
  if (!response.ok) throw new Error(`Alertmanager answers ${response.status}: ${await response.text()}`);
}
