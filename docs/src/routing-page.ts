import { formatDuration, inhibitions, type Receiver, receiversFor, route } from '@sightglass/rules';
import { cell, table } from './markdown.ts';

/** `docs/reference/routing.md`: who hears of which alert, how often, and what holds an alert back. */
export function routingPage(): string {
  const receivers = receiversFor();
  return `# Routing

Who hears of an alert, as \`alertmanager.yml\` has it. \`sightglass-rules render --out DIR\` writes it to \`DIR/alertmanager\`, with the templates of the messages.

## The way of an alert

The first row that matches. Alerts are grouped by ${names(route.groupBy!)}: one message for all of them.

${table(['alert', 'receiver', 'who', 'waits', 'tells of changes', 'repeats'], ways(receivers))}
Messages carry description, impact, first thing to do, runbook and dashboard. The end of an alert is told wherever its beginning was.

## What is held back

While an alert to the left fires, those to the right are not told where the labels are the same: they say the same with less weight.

${table(
  ['fires', 'held back', 'same'],
  inhibitions.map(({ sources, targets, equal }) => [names(sources), names(targets), names(equal)]),
)}
## Your own channels and addresses

\`\`\`sh
cat > routing.yml << 'EOF'
secretsFolder: /etc/alertmanager/secrets
criticalChannel: "#pricing-critical"
warningChannel: "#pricing-warnings"
heartbeatUrl: https://heartbeat.example.com/sightglass
pagerdutyUrl: https://events.eu.pagerduty.com/v2/enqueue
EOF
npx -p @sightglass/rules sightglass-rules render --out ./prometheus --routing routing.yml
amtool check-config ./prometheus/alertmanager/alertmanager.yml
amtool config routes test --config.file=./prometheus/alertmanager/alertmanager.yml severity=critical alertname=JobStopped component=job
\`\`\`

${table(['option', 'default', 'what'], options(receivers))}
Secrets stand in files that Alertmanager alone reads, never in the configuration: \`slack_api_url\` (an incoming webhook) and \`pagerduty_routing_key\` (an integration of the
Events API v2), and \`smtp_password\` where the mail server asks for one; each in the folder of secrets.

Other ways to be told (Opsgenie, Teams) are receivers of Alertmanager itself: add them to the rendered file, or take the routes as data (\`route\`, \`receiversFor\` and
\`renderAlertmanager\` of \`@sightglass/rules\`) and render your own receivers under the same names.
`;
}

const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ');

/** A row for each route, the one that takes everything last. */
function ways(receivers: readonly Receiver[]): string[][] {
  return [...route.routes!, route].map((each) => {
    const { matchers, receiver } = each;
    const times = [
      each.groupWait ?? route.groupWait,
      each.groupInterval ?? route.groupInterval,
      each.repeatInterval ?? route.repeatInterval,
    ];
    return [
      matchers === undefined
        ? 'any other'
        : names(Object.entries(matchers).map(([label, value]) => `${label}="${value}"`)),
      names([receiver]),
      who(receivers.find(({ name }) => name === receiver)!),
      ...times.map((time) => (time!.durationSeconds === 0 ? 'no time' : formatDuration(time!))),
    ];
  });
}

function who({ webhooks = [], slack = [], pagerduty = [] }: Receiver): string {
  const all = [
    ...pagerduty.map(() => 'PagerDuty'),
    ...slack.map(({ channel }) => `Slack ${channel}`),
    ...webhooks.map(({ url }) => url),
  ];
  return cell(all.length === 0 ? 'nobody; it can be looked up' : all.join(' and '));
}

function options(receivers: readonly Receiver[]): string[][] {
  const of = (name: string) => receivers.find((receiver) => receiver.name === name)!;
  const folder = of('page').slack![0]!.apiUrlFile.replace(/\/[^/]+$/, '');
  return [
    ['`secretsFolder`', names([folder]), 'the folder of the secrets, as Alertmanager sees it'],
    ['`criticalChannel`', names([of('page').slack![0]!.channel]), 'the Slack channel of critical alerts'],
    ['`warningChannel`', names([of('channel').slack![0]!.channel]), 'the Slack channel of warnings'],
    [
      '`heartbeatUrl`',
      names([of('heartbeat').webhooks![0]!.url]),
      'gets the heartbeat every minute and must raise an alarm after two missed ones; outside of this machine, or it dies with it',
    ],
    [
      '`pagerdutyUrl`',
      "PagerDuty's US service region",
      'where events are posted; needed for an account of the EU',
    ],
    ['`emailTo`, `emailFrom`', 'none', 'who gets critical alerts by mail as well, and from whom'],
    [
      '`smtpServer`',
      'none',
      "the mail server, such as `smtp.example.com:587`; TLS is required, unless it is on Alertmanager's own machine",
    ],
    ['`smtpUsername`', 'none', 'its user, where it asks for one'],
  ];
}
