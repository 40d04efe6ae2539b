/** What differs from one installation's routing to another's. Everything is optional. */
export interface RoutingOptions {
  /**
   * The folder on Alertmanager's machine that holds the secrets, one file each, readable by Alertmanager alone: `slack_api_url` and
   * `pagerduty_routing_key`. Default {@link SECRETS}.
   */
  readonly secretsFolder?: string;
  /** The Slack channel of critical alerts, beside the page. Default `#platform-critical`. */
  readonly criticalChannel?: string;
  /** The Slack channel of warnings. Default `#platform-warnings`. */
  readonly warningChannel?: string;
  /** Who expects the heartbeat and raises an alarm when it stops; not on this machine. Default: a placeholder on localhost. */
  readonly heartbeatUrl?: string;
  /** PagerDuty's Events API v2. Default: its US service region; an account of the EU region needs `https://events.eu.pagerduty.com/v2/enqueue`. */
  readonly pagerdutyUrl?: string;
}

/** Where Alertmanager finds its secrets unless told otherwise. */
export const SECRETS = '/etc/alertmanager/secrets';

const KEYS: readonly (keyof RoutingOptions)[] = [
  'secretsFolder',
  'criticalChannel',
  'warningChannel',
  'heartbeatUrl',
  'pagerdutyUrl',
];

/** Everything that is wrong with the options, in plain sentences; empty when they are sound. */
export function routingProblems(options: RoutingOptions): readonly string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    if (!(KEYS as readonly string[]).includes(key))
      return [`there is no routing option "${key}"; there are ${KEYS.join(', ')}`];
    if (typeof value !== 'string' || value === '') return [`the routing option "${key}" needs a text`];
    if (key.endsWith('Channel') && !/^[#@]\S+$/.test(value))
      return [`the routing option "${key}" must be a channel such as "#alerts", not "${value}"`];
    if (key.endsWith('Url') && !(URL.canParse(value) && /^https?:/.test(value)))
      return [`the routing option "${key}" must be an http or https URL, not "${value}"`];
    return [];
  });
}
