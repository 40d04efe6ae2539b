import type { Severity } from '../model/rule.ts';
import { type Duration, hours, minutes, parseDuration, seconds } from '../promql/duration.ts';
import { type ScopeOptions, scopeOf } from '../scope/scope.ts';
import type { AlertMatchers, Incidents, Route } from './model.ts';
import { BY_LABEL, type OwnRouting, type ReceiversBySeverity } from './own.ts';

/** The label of whoever answers for a thing. */
export const OWNER = 'owner';

/** Who hears of an alert of a severity. */
export const RECEIVER_OF: { readonly [severity in Severity]: string } = {
  critical: 'page',
  warning: 'channel',
  info: 'nobody',
  none: 'heartbeat',
};

/** What the grouping is made of. */
export interface RouteContext extends ScopeOptions, Pick<OwnRouting, 'owners' | 'components'> {
  readonly incidents: Incidents;
  /** After which time what goes on is told again, such as `30m`. Default: {@link REPEAT}. */
  readonly criticalRepeat?: string;
  readonly warningRepeat?: string;
}

/** After which time what goes on is told again (002-N5). */
const REPEAT = hours(4);

/**
 * The way of an alert, the first route that matches. The heartbeat comes first and by itself: whatever waits for it should raise an alarm after
 * two missed beats. An alert of a severity that nobody foresaw goes to the channel rather than nowhere.
 *
 * What is grouped is told once. In a channel these are the alerts of one name, part of the system, estate and owner. A page is an incident, and an
 * incident is one thing: its group has every label that names one, or those that alerts of one cause share. No group mixes two estates.
 */
export function routeFor({ incidents, criticalRepeat, warningRepeat, ...context }: RouteContext): Route {
  const scope = scopeOf(context);
  /** By severity, of all alerts or of those that have these labels. */
  const bySeverity = (receivers: ReceiversBySeverity, matchers: AlertMatchers = {}): readonly Route[] => {
    const { critical, warning, info } = receivers;
    const to = (severity: Severity, receiver: string | undefined, repeat?: string) =>
      receiver === undefined ? [] : [{ matchers: { ...matchers, severity }, receiver, ...repeated(repeat) }];
    return [
      ...to('critical', critical, criticalRepeat).flatMap((page) => [
        ...incidents.sharedCauses.map(({ alerts, labels }) => ({
          ...page,
          matchers: { ...page.matchers, alertname: alerts },
          groupBy: ['alertname', ...scope, ...labels],
        })),
        { ...page, groupBy: ['alertname', ...scope, ...incidents.things] },
      ]),
      ...to('warning', warning, warningRepeat),
      ...to('info', info),
    ];
  };
  return {
    receiver: RECEIVER_OF.warning,
    groupBy: ['alertname', 'component', ...scope, OWNER],
    groupWait: seconds(30),
    groupInterval: minutes(5),
    repeatInterval: REPEAT,
    routes: [
      {
        matchers: { alertname: 'Watchdog' },
        receiver: RECEIVER_OF.none,
        groupWait: seconds(0),
        groupInterval: minutes(1),
        // Less than the interval at which it is looked at: as long as that, it would mostly be a moment too early, and beat every second minute.
        repeatInterval: seconds(30),
      },
      ...BY_LABEL.flatMap(([key, label]) =>
        Object.entries(context[key] ?? {}).flatMap(([value, receivers]) =>
          bySeverity(receivers, { [label]: value }),
        ),
      ),
      ...bySeverity(RECEIVER_OF),
    ],
  };
}

const repeated = (text: string | undefined): { readonly repeatInterval?: Duration } =>
  text === undefined ? {} : { repeatInterval: parseDuration(text)! };
