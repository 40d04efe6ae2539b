import type { Receiver } from './model.ts';
import { call, TEMPLATE } from './templates.ts';

/** A receiver as Alertmanager reads it. The default texts of its integrations are replaced by ours. */
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

const list = (key: string, items: readonly object[]) => (items.length === 0 ? {} : { [key]: items });

function pagerdutyYaml({ routingKeyFile, url, sendResolved }: NonNullable<Receiver['pagerduty']>[number]) {
  return {
    routing_key_file: routingKeyFile,
    ...(url === undefined ? {} : { url }),
    send_resolved: sendResolved,
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
  };
}

function slackYaml({ apiUrlFile, channel, sendResolved }: NonNullable<Receiver['slack']>[number]) {
  return {
    api_url_file: apiUrlFile,
    channel,
    send_resolved: sendResolved,
    title: call(TEMPLATE.title),
    title_link: '{{ .CommonAnnotations.runbook_url }}',
    fallback: call(TEMPLATE.title),
    text: call(TEMPLATE.slackText),
  };
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
    send_resolved: sendResolved,
    headers: { Subject: call(TEMPLATE.title) },
    html: '',
    text: call(TEMPLATE.mailText),
  };
}
