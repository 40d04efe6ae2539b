import type { Receiver } from './model.ts';
import type { OwnReceiver } from './own.ts';
import { call, TEMPLATE } from './templates.ts';

/** What the messages of an integration say, in the place of Alertmanager's own words. */
const MESSAGES = {
  email_configs: {
    send_resolved: true,
    headers: { Subject: call(TEMPLATE.title) },
    html: call(TEMPLATE.mailHtml),
    text: call(TEMPLATE.mailText),
  },
  slack_configs: {
    send_resolved: true,
    title: call(TEMPLATE.title),
    title_link: '{{ .CommonAnnotations.runbook_url }}',
    fallback: call(TEMPLATE.title),
    text: call(TEMPLATE.slackText),
  },
  pagerduty_configs: {
    send_resolved: true,
    description: call(TEMPLATE.title),
    severity: 'critical',
    class: '{{ .CommonLabels.alertname }}',
    component: '{{ .CommonLabels.component }}',
    details: {
      description: call(TEMPLATE.descriptions),
      impact: '{{ .CommonAnnotations.impact }}',
      action: '{{ .CommonAnnotations.action }}',
      runbook: '{{ .CommonAnnotations.runbook_url }}',
      dashboard: '{{ .CommonAnnotations.dashboard_url }}',
    },
    links: [
      { href: '{{ .CommonAnnotations.runbook_url }}', text: 'Runbook' },
      { href: '{{ .CommonAnnotations.dashboard_url }}', text: 'Dashboard' },
    ],
  },
} as const;

/** A receiver that ships as Alertmanager reads it. */
export function receiverYaml({
  name,
  webhooks = [],
  slack = [],
  pagerduty = [],
  email = [],
}: Receiver): object {
  return {
    name,
    ...list(
      'webhook_configs',
      webhooks.map(({ url, sendResolved }) => ({ url, send_resolved: sendResolved })),
    ),
    ...list('pagerduty_configs', pagerduty.map(pagerdutyYaml)),
    ...list('slack_configs', slack.map(slackYaml)),
    ...list('email_configs', email.map(emailYaml)),
  };
}

/** A receiver of one's own: its words, and our messages where it has none. */
export function ownReceiverYaml({ name, ...integrations }: OwnReceiver): object {
  const complete = Object.entries(integrations).map(([integration, configs]) => [
    integration,
    configs.map((config) => withMessages(integration, config as Messages)),
  ]);
  return { name, ...Object.fromEntries(complete) };
}

interface Messages {
  readonly headers?: object;
  readonly [field: string]: unknown;
}

function withMessages(integration: string, config: Messages): object {
  const ours: Messages = MESSAGES[integration as keyof typeof MESSAGES] ?? {};
  const headers = ours.headers && { headers: { ...ours.headers, ...config.headers } };
  // Theirs come first in the file as well.
  return { ...config, ...ours, ...config, ...headers };
}

const list = (key: string, items: readonly object[]) => (items.length === 0 ? {} : { [key]: items });

function pagerdutyYaml({ routingKeyFile, url, sendResolved }: NonNullable<Receiver['pagerduty']>[number]) {
  return {
    routing_key_file: routingKeyFile,
    ...(url === undefined ? {} : { url }),
    ...MESSAGES.pagerduty_configs,
    send_resolved: sendResolved,
  };
}

function slackYaml({ apiUrlFile, channel, sendResolved }: NonNullable<Receiver['slack']>[number]) {
  return { api_url_file: apiUrlFile, channel, ...MESSAGES.slack_configs, send_resolved: sendResolved };
}

/** Nobody between Alertmanager and a server on its own machine can read along. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):/;

function emailYaml({ to, from, server, login, sendResolved }: NonNullable<Receiver['email']>[number]) {
  return {
    to,
    from,
    smarthost: server,
    require_tls: !LOOPBACK.test(server),
    ...(login === undefined ? {} : { auth_username: login.username, auth_password_file: login.passwordFile }),
    ...MESSAGES.email_configs,
    send_resolved: sendResolved,
  };
}
