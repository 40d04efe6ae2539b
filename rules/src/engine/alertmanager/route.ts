import { hours, minutes, seconds } from '../promql/duration.ts';
import type { Route } from './model.ts';

/**
 * The way of an alert, the first route that matches. The heartbeat comes first and by itself: whatever waits for it should raise an alarm after
 * two missed beats. An alert of a severity that nobody foresaw goes to the channel rather than nowhere. Repeated every four hours (002-N5).
 */
export const route: Route = {
  receiver: 'channel',
  groupBy: ['alertname', 'component'],
  groupWait: seconds(30),
  groupInterval: minutes(5),
  repeatInterval: hours(4),
  routes: [
    {
      matchers: { alertname: 'Watchdog' },
      receiver: 'heartbeat',
      groupWait: seconds(0),
      groupInterval: minutes(1),
      repeatInterval: minutes(1),
    },
    { matchers: { severity: 'critical' }, receiver: 'page' },
    { matchers: { severity: 'warning' }, receiver: 'channel' },
    { matchers: { severity: 'info' }, receiver: 'nobody' },
  ],
};
