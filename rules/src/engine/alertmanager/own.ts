import type { Severity } from '../model/rule.ts';

/**
 * A receiver of one's own, in Alertmanager's own words: a name, and any of its integrations, such as `opsgenie_configs`. Secrets are named by file
 * (`api_key_file`); one written down is refused. With the name of a shipped one (`page`, `channel`, `nobody`, `heartbeat`) it takes its place. What it
 * leaves out of the texts of `email_configs`, `slack_configs` and `pagerduty_configs` is said as the shipped ones say it, and the end of an alert is told.
 */
export interface OwnReceiver {
  readonly name: string;
  readonly [integration: `${string}_configs`]: readonly object[];
}

/** A route of one's own, in Alertmanager's own words. */
export interface OwnRoute {
  /** Such as `owner = "team-billing"`; all must hold. Default: every alert. */
  readonly matchers?: readonly string[];
  readonly receiver?: string;
  /** Whether the routes after it are looked at too. Default false. */
  readonly continue?: boolean;
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly OwnRoute[];
}

/** The receivers of an owner or a component, by the severity of what they are told. What is left out goes where it goes for all others. */
export type ReceiversBySeverity = { readonly [severity in Exclude<Severity, 'none'>]?: string };

/** Receivers and routes of one's own, beside those that ship. */
export interface OwnRouting {
  readonly receivers?: readonly OwnReceiver[];
  /** Looked at before those by owner and by severity. */
  readonly routes?: readonly OwnRoute[];
  /** Whose alerts go to which receivers, grouped as those of all others: one incident a thing. */
  readonly owners?: { readonly [owner: string]: ReceiversBySeverity };
  /** The same by the part of the system, the label `component` such as `http` or `database`, of what no owner's receivers take. */
  readonly components?: { readonly [component: string]: ReceiversBySeverity };
  /** Named times that routes refer to, in Alertmanager's own words. */
  readonly timeIntervals?: readonly { readonly name: string; readonly time_intervals: readonly object[] }[];
}

export const OWN_KEYS: readonly (keyof OwnRouting)[] = [
  'receivers',
  'routes',
  'owners',
  'components',
  'timeIntervals',
];

const ROUTE_KEYS =
  'matchers receiver continue group_by group_wait group_interval repeat_interval mute_time_intervals active_time_intervals routes'.split(
    ' ',
  );
const SEVERITIES = ['critical', 'warning', 'info'];

/** The options that name receivers by the value of a label, the one that goes first first. */
export const BY_LABEL = [
  ['owners', 'owner'],
  ['components', 'component'],
] as const;

/** A field of Alertmanager's that holds a secret. Each has a sibling that names a file, but for some of the oldest integrations. */
const SECRET =
  /^(api_key|api_secret|api_url|auth_password|auth_secret|bot_token|client_secret|credentials|integration_key|password|routing_key|secret_key|service_key|token|user_key|webhook_url)$/;
/** What is a secret in one integration and the address of a public API in others. */
const PUBLIC_URLS = [
  'opsgenie_configs',
  'victorops_configs',
  'wechat_configs',
  'webex_configs',
  'telegram_configs',
  'sns_configs',
];

/** Everything that is wrong with routing of one's own, in plain sentences. `shipped` are the receivers that are there without it. */
export function ownProblems(own: OwnRouting, shipped: readonly string[]): readonly string[] {
  const lists = (['receivers', 'routes', 'timeIntervals'] as const).filter(
    (key) => own[key] !== undefined && !isListOfObjects(own[key]),
  );
  if (lists.length > 0) return lists.map((key) => `the routing option "${key}" must be a list of objects`);
  const unnamed = BY_LABEL.filter(([key]) => own[key] !== undefined && !isObject(own[key]));
  if (unnamed.length > 0)
    return unnamed.map(([key, label]) => `the routing option "${key}" must name receivers by ${label}`);
  const receivers = own.receivers ?? [];
  const known = new Set([...shipped, ...receivers.map(({ name }) => name)]);
  const names = receivers.map(({ name }) => name);
  return [
    ...receivers.flatMap(receiverProblems),
    ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `two receivers are named "${name}"`),
    ...(own.routes ?? []).flatMap((route) => routeProblems(route, known)),
    ...BY_LABEL.flatMap(([key, label]) =>
      Object.entries(own[key] ?? {}).flatMap(([value, to]) =>
        bySeverityProblems(`the ${label} "${value}"`, to, known),
      ),
    ),
    ...(own.timeIntervals ?? [])
      .filter(({ name, time_intervals }) => typeof name !== 'string' || !Array.isArray(time_intervals))
      .map(() => 'each of the routing option "timeIntervals" needs name and time_intervals'),
  ];
}

function receiverProblems(receiver: OwnReceiver): readonly string[] {
  const { name, ...integrations } = receiver;
  if (typeof name !== 'string' || name === '') return ['each receiver needs a name'];
  return Object.entries(integrations).flatMap(([integration, configs]) => {
    if (!/^[a-z0-9]+_configs$/.test(integration))
      return [
        `the receiver "${name}" has "${integration}", which is no integration such as "opsgenie_configs"`,
      ];
    if (!isListOfObjects(configs))
      return [`the receiver "${name}": ${integration} must be a list of objects`];
    return secretsIn(configs, integration).map(
      (key) =>
        `the receiver "${name}": ${integration} writes down the secret ${key}: name a file, ${key}_file`,
    );
  });
}

/** The fields that hold a secret, at any depth. */
const secretsIn = (value: unknown, integration: string): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => {
        const isSecret =
          SECRET.test(key) &&
          !(key === 'api_url' && PUBLIC_URLS.includes(integration)) &&
          typeof inner === 'string';
        return isSecret ? [key] : secretsIn(inner, integration);
      });

function routeProblems(route: OwnRoute, known: ReadonlySet<string>): readonly string[] {
  const { receiver, matchers, routes } = route;
  return [
    ...Object.keys(route)
      .filter((key) => !ROUTE_KEYS.includes(key))
      .map((key) => `a route has "${key}"; there are ${ROUTE_KEYS.join(', ')}`),
    ...(receiver === undefined || known.has(receiver) ? [] : [unknownReceiver('a route', receiver, known)]),
    ...(matchers === undefined ||
    (Array.isArray(matchers) && matchers.every((each) => typeof each === 'string'))
      ? []
      : [`the matchers of a route must be a list of texts such as 'owner = "team-billing"'`]),
    ...(routes === undefined
      ? []
      : isListOfObjects(routes)
        ? routes.flatMap((each) => routeProblems(each, known))
        : ['the routes of a route must be a list of objects']),
  ];
}

const bySeverityProblems = (
  who: string,
  to: ReceiversBySeverity,
  known: ReadonlySet<string>,
): readonly string[] =>
  isObject(to)
    ? Object.entries(to).flatMap(([severity, receiver]) => [
        ...(SEVERITIES.includes(severity)
          ? []
          : [`${who} has "${severity}"; there are ${SEVERITIES.join(', ')}`]),
        ...(known.has(String(receiver)) ? [] : [unknownReceiver(who, String(receiver), known)]),
      ])
    : [`${who} must name receivers by severity`];

const unknownReceiver = (who: string, receiver: string, known: ReadonlySet<string>): string =>
  `${who} goes to "${receiver}", and there are ${[...known].join(', ')}`;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOfObjects = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.every(isObject);
