import {
  DEFAULT_SCOPE,
  formatDuration,
  inhibitionsOf,
  type Mixin,
  type Receiver,
  type Route,
  receiversFor,
  routeFor,
} from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { cell, table } from './markdown.ts';

/** `docs/reference/routing.md`: who hears of which alert, how often, and what holds an alert back. */
export function routingPage(mixins: readonly Mixin[] = shipped): string {
  const receivers = receiversFor();
  const route = routeFor({ mixins });
  const page = route.routes!.find(
    ({ receiver, matchers }) => receiver === 'page' && matchers?.alertname === undefined,
  )!;
  return `# Routing

Who hears of an alert, as \`alertmanager.yml\` has it. \`sightglass render --out DIR\` writes it to \`DIR/alertmanager\`, with the templates of the messages.

## The way of an alert

The first row that matches.

${table(['alert', 'receiver', 'who', 'waits', 'tells of changes', 'repeats'], ways(route, receivers))}
Messages carry description, impact, first thing to do, runbook and dashboard; the title names the estate and the owner. The end of an alert is told wherever its beginning was.
A mail has since when and every label of each alert besides, as HTML that reads well on a phone and as text; the template is \`sightglass.mail.html\`.

## What is one message, and one incident

Alerts of a group are told together. In a channel they are grouped by ${names(route.groupBy!)}.

A page is an incident: PagerDuty's deduplication key stands for the group, and while an incident is acknowledged nobody is woken for what joins it. So a critical alert is grouped by
${names(page.groupBy!)}, which is every label by which a critical alert names its thing: two jobs that stop are two incidents. Alerts of which many have one cause say so in their
declaration (\`incident\`): they are grouped by the labels that they share, as the jobs of a process that died.

## Several estates

${names(DEFAULT_SCOPE)} tell one estate from another, or the labels that \`--scope\` names (\`--scope none\` for none), and those of \`--selector\`. They are in every group and are compared
by everything that holds an alert back: what happens in staging hides, holds back and joins nothing of production. An alert on Prometheus or Alertmanager itself carries no label of
a selector: rendered for two installations it is one alert.

## What is held back

While an alert to the left fires, those to the right are not told where the labels are the same, and those of the scope: they say the same with less weight.

${table(
  ['fires', 'held back', 'same'],
  inhibitionsOf(mixins).map(({ sources, targets, equal }) => [names(sources), names(targets), names(equal)]),
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
npx -p @sightglass/rules sightglass render --out ./prometheus --routing routing.yml
amtool check-config ./prometheus/alertmanager/alertmanager.yml
amtool config routes test --config.file=./prometheus/alertmanager/alertmanager.yml severity=critical alertname=JobStopped component=job
\`\`\`

${table(['option', 'default', 'what'], options(receivers))}
Secrets stand in files that Alertmanager alone reads, never in the configuration, each in the folder of secrets: \`slack_api_url_critical\` and
\`slack_api_url_warning\` (an incoming webhook for each channel: one of a Slack app writes into the channel that it was made for, whatever a message asks for),
\`pagerduty_routing_key\` (an integration of the Events API v2), and \`smtp_password\` where the mail server asks for one.

## Your own receivers and routes

Any integration of Alertmanager is a receiver in its own words, in the same file or under \`routing\` of \`sightglass.config.ts\`. A secret that is written down is refused: name its file.

\`\`\`yaml
receivers:
  - name: billing-pager
    opsgenie_configs:
      - api_key_file: /etc/alertmanager/secrets/opsgenie_billing
  - name: billing-chat
    msteams_configs:
      - webhook_url_file: /etc/alertmanager/secrets/teams_billing
  - name: billing-mail         # subject, HTML and text are ours, unless it says its own
    email_configs:
      - { to: billing@example.com, from: alerts@example.com, smarthost: smtp.example.com:587 }
owners:                      # by the label owner, grouped as the alerts of all others: one incident a thing
  team-billing: { critical: billing-pager, warning: billing-chat }
components:                  # the same by the part of the system
  database: { warning: billing-mail }
routes:                      # looked at first; keys as Alertmanager has them
  - matchers: ['environment = "staging"', 'severity = "critical"']
    receiver: channel
\`\`\`

A receiver named \`page\`, \`channel\`, \`nobody\` or \`heartbeat\` takes the place of the shipped one. What it leaves out of the texts of
\`email_configs\`, \`slack_configs\` and \`pagerduty_configs\` is as it ships. What \`owners\` leaves out is looked up in \`components\`, whose names the label \`component\` has
(\`http\`, \`service\`, \`database\`, \`queue\`, \`job\`, …), and what both leave out goes where it goes for all others. \`timeIntervals\` are Alertmanager's
\`time_intervals\`, for \`mute_time_intervals\` and \`active_time_intervals\` of routes. Nothing goes before the heartbeat.
`;
}

const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ');

/** A row for each route, the one that takes everything last. */
function ways(route: Route, receivers: readonly Receiver[]): string[][] {
  return [...route.routes!, route].map((each) => {
    const { matchers, receiver } = each;
    const interval = (each.groupInterval ?? route.groupInterval)!;
    const repeat = (each.repeatInterval ?? route.repeatInterval)!;
    // Nothing is repeated more often than it is looked at.
    const repeats = repeat.durationSeconds < interval.durationSeconds ? interval : repeat;
    const times = [each.groupWait ?? route.groupWait, interval, repeats];
    return [
      matchers === undefined
        ? 'any other'
        : names(Object.entries(matchers).map(([label, value]) => `${label}="${[value].flat().join('|')}"`)),
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
    [
      '`criticalChannel`',
      names([of('page').slack![0]!.channel]),
      'the Slack channel that critical alerts ask for',
    ],
    [
      '`warningChannel`',
      names([of('channel').slack![0]!.channel]),
      'the Slack channel that warnings ask for',
    ],
    [
      '`criticalRepeat`, `warningRepeat`',
      names(['4h']),
      'after which time what goes on is told again, such as `30m`; not more often than every five minutes',
    ],
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
