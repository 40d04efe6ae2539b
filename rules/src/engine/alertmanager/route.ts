import type { Severity } from '../model/rule.ts';
import { hours, minutes, seconds } from '../promql/duration.ts';
import { type ScopeOptions, scopeOf } from '../scope/scope.ts';
import type { Incidents, Route } from './model.ts';

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
export interface RouteContext extends ScopeOptions {
  readonly incidents: Incidents;
}

/**
 * The way of an alert, the first route that matches. The heartbeat comes first and by itself: whatever waits for it should raise an alarm after
 * two missed beats. An alert of a severity that nobody foresaw goes to the channel rather than nowhere. Repeated every four hours (002-N5).
 *
 * What is grouped is told once. In a channel these are the alerts of one name, part of the system, estate and owner. A page is an incident, and an
 * incident is one thing: its group has every label that names one, or those that alerts of one cause share. No group mixes two estates.
 */
export function routeFor({ incidents, ...context }: RouteContext): Route {
  const scope = scopeOf(context);
  const page = { receiver: RECEIVER_OF.critical };
  return {
    receiver: RECEIVER_OF.warning,
    groupBy: ['alertname', 'component', ...scope, OWNER],
    groupWait: seconds(30),
    groupInterval: minutes(5),
    repeatInterval: hours(4),
    routes: [
      {
        matchers: { alertname: 'Watchdog' },
        receiver: RECEIVER_OF.none,
        groupWait: seconds(0),
        groupInterval: minutes(1),
        repeatInterval: minutes(1),
      },
      ...incidents.sharedCauses.map(({ alerts, labels }) => ({
        matchers: { severity: 'critical', alertname: alerts },
        ...page,
        groupBy: ['alertname', ...scope, ...labels],
      })),
      { matchers: { severity: 'critical' }, ...page, groupBy: ['alertname', ...scope, ...incidents.things] },
      { matchers: { severity: 'warning' }, receiver: RECEIVER_OF.warning },
      { matchers: { severity: 'info' }, receiver: RECEIVER_OF.info },
    ],
  };
}
