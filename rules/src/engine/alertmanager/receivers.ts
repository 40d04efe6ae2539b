import type { Receiver } from './model.ts';
import { type RoutingOptions, SECRETS } from './options.ts';

/** Who hears of alerts: a page wakes somebody and is written to a channel too, a warning goes to a channel, and nobody is nobody. */
export function receiversFor({
  secretsFolder = SECRETS,
  criticalChannel = '#platform-critical',
  warningChannel = '#platform-warnings',
  heartbeatUrl = 'http://localhost:9095/heartbeat',
  pagerdutyUrl,
  emailTo,
  emailFrom,
  smtpServer,
  smtpUsername,
}: RoutingOptions = {}): readonly Receiver[] {
  // A webhook of a Slack app writes into the channel that it was made for, whatever a message asks for: each channel has its own.
  const slack = (secret: string, channel: string) => ({
    apiUrlFile: `${secretsFolder}/${secret}`,
    channel,
    sendResolved: true,
  });
  const pagerduty = {
    routingKeyFile: `${secretsFolder}/pagerduty_routing_key`,
    sendResolved: true,
    ...(pagerdutyUrl === undefined ? {} : { url: pagerdutyUrl }),
  };
  const email =
    emailTo === undefined || emailFrom === undefined || smtpServer === undefined
      ? {}
      : {
          email: [
            {
              to: emailTo,
              from: emailFrom,
              server: smtpServer,
              ...(smtpUsername === undefined
                ? {}
                : { login: { username: smtpUsername, passwordFile: `${secretsFolder}/smtp_password` } }),
              sendResolved: true,
            },
          ],
        };
  return [
    { name: 'heartbeat', webhooks: [{ url: heartbeatUrl, sendResolved: false }] },
    {
      name: 'page',
      pagerduty: [pagerduty],
      slack: [slack('slack_api_url_critical', criticalChannel)],
      ...email,
    },
    { name: 'channel', slack: [slack('slack_api_url_warning', warningChannel)] },
    { name: 'nobody' },
  ];
}
