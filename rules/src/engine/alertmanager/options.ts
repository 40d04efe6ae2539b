import { parseDuration } from '../promql/duration.ts';
import { OWN_KEYS, type OwnRouting, ownProblems } from './own.ts';
import { RECEIVER_OF } from './route.ts';

/** What differs from one installation's routing to another's. Everything is optional. */
export interface RoutingOptions extends OwnRouting {
  /**
   * The folder on Alertmanager's machine that holds the secrets, one file each, readable by Alertmanager alone: `slack_api_url_critical` and
   * `slack_api_url_warning`, the incoming webhooks of the two channels, and `pagerduty_routing_key`. Default {@link SECRETS}.
   */
  readonly secretsFolder?: string;
  /**
   * The Slack channel of critical alerts, beside the page. Default `#platform-critical`. Messages ask for it; a webhook of a Slack app writes into
   * the channel that it was made for all the same.
   */
  readonly criticalChannel?: string;
  /** The Slack channel of warnings, in the same way. Default `#platform-warnings`. */
  readonly warningChannel?: string;
  /** After which time a critical alert that goes on is told again, such as `30m`; not more often than a group is looked at, which is every five minutes. Default `4h`. */
  readonly criticalRepeat?: string;
  /** The same of a warning. Default `4h`. */
  readonly warningRepeat?: string;
  /** Who expects the heartbeat and raises an alarm when it stops; not on this machine. Default: a placeholder on localhost. */
  readonly heartbeatUrl?: string;
  /** PagerDuty's Events API v2. Default: its US service region; an account of the EU region needs `https://events.eu.pagerduty.com/v2/enqueue`. */
  readonly pagerdutyUrl?: string;
  /** Who gets critical alerts by mail too; needs `emailFrom` and `smtpServer`. Default: nobody. */
  readonly emailTo?: string;
  readonly emailFrom?: string;
  /** The mail server, such as `smtp.example.com:587`. TLS is required, unless it is on Alertmanager's own machine. */
  readonly smtpServer?: string;
  /** Its user, whose password is in the file `smtp_password` of the secrets. Default: the server asks for none. */
  readonly smtpUsername?: string;
}

/** Where Alertmanager finds its secrets unless told otherwise. */
export const SECRETS = '/etc/alertmanager/secrets';

const TEXTS: readonly (keyof RoutingOptions)[] = [
  'secretsFolder',
  'criticalChannel',
  'warningChannel',
  'criticalRepeat',
  'warningRepeat',
  'heartbeatUrl',
  'pagerdutyUrl',
  'emailTo',
  'emailFrom',
  'smtpServer',
  'smtpUsername',
];

/** Mail needs all of them. */
const MAIL: readonly (keyof RoutingOptions)[] = ['emailTo', 'emailFrom', 'smtpServer'];

/** Everything that is wrong with the options, in plain sentences; empty when they are sound. */
export function routingProblems(options: RoutingOptions): readonly string[] {
  const mail = MAIL.filter((key) => options[key] !== undefined);
  const incomplete =
    mail.length > 0 && mail.length < MAIL.length
      ? [`mail needs the routing options ${MAIL.join(', ')} together; there is only ${mail.join(', ')}`]
      : [];
  return [...Object.entries(options).flatMap(problemsOf), ...incomplete, ...ownProblems(options, RECEIVERS)];
}

/** The receivers that ship. */
const RECEIVERS = Object.values(RECEIVER_OF);
const KEYS: readonly string[] = [...TEXTS, ...OWN_KEYS];

function problemsOf([key, value]: [string, unknown]): readonly string[] {
  if (!KEYS.includes(key)) return [`there is no routing option "${key}"; there are ${KEYS.join(', ')}`];
  if ((OWN_KEYS as readonly string[]).includes(key)) return [];
  if (typeof value !== 'string' || value === '') return [`the routing option "${key}" needs a text`];
  if (key.endsWith('Channel') && !/^[#@]\S+$/.test(value))
    return [`the routing option "${key}" must be a channel such as "#alerts", not "${value}"`];
  if (key.endsWith('Url') && !(URL.canParse(value) && /^https?:/.test(value)))
    return [`the routing option "${key}" must be an http or https URL, not "${value}"`];
  if (key.endsWith('Repeat') && parseDuration(value) === undefined)
    return [`the routing option "${key}" must be a time such as "30m", not "${value}"`];
  if (key === 'smtpServer' && !/^\S+:\d+$/.test(value))
    return [
      `the routing option "${key}" must be a host and a port such as "smtp.example.com:587", not "${value}"`,
    ];
  return [];
}
