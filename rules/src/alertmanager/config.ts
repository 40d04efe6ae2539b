import { hours, minutes, seconds } from '../duration.ts';
import type { Inhibition, Receiver, Route } from './model.ts';

/** Where Alertmanager finds its secrets: one file each, readable by it alone. */
export const SECRETS = '/etc/alertmanager/secrets';

/** Who hears of alerts. Warnings go to a channel, pages also wake somebody. */
export const receivers: readonly Receiver[] = [
  { name: 'heartbeat', webhooks: [{ url: 'http://localhost:9095/heartbeat', sendResolved: false }] },
  {
    name: 'page',
    pagerduty: [{ routingKeyFile: `${SECRETS}/pagerduty_routing_key`, sendResolved: true }],
    slack: [{ apiUrlFile: `${SECRETS}/slack_api_url`, channel: '#alerts', sendResolved: true }],
  },
  {
    name: 'channel',
    slack: [{ apiUrlFile: `${SECRETS}/slack_api_url`, channel: '#alerts', sendResolved: true }],
  },
  { name: 'nobody' },
];

/**
 * The way of an alert, the first route that matches. The heartbeat comes first and by itself: whatever waits for it should raise an alarm after
 * two missed beats. An alert of a severity that nobody foresaw goes to the channel rather than nowhere.
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
    { matchers: { severity: 'critical' }, receiver: 'page', repeatInterval: hours(1) },
    { matchers: { severity: 'warning' }, receiver: 'channel' },
    { matchers: { severity: 'info' }, receiver: 'nobody' },
  ],
};

/** A warning says nothing beside the critical alert on the same thing. */
export const inhibitions: readonly Inhibition[] = [
  { source: 'IcebergOffloadLagCritical', target: 'IcebergOffloadLagElevated', equal: ['layer', 'table'] },
  { source: 'IcebergOffloadCycleTooSlow', target: 'IcebergOffloadCycleSlow', equal: ['layer'] },
];
