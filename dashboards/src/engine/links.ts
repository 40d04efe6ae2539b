import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Alert, runbookUrl } from '@sightglass/rules';
import type { DashboardContext } from './context.ts';
import type { DashboardSpec } from './spec.ts';

const link = (title: string, url: string) =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);

/** For one alert: Grafana's list of alert rules, filtered to it, and its section of the runbook. */
export const alertLinks = (alert: Alert, { runbookBaseUrl }: DashboardContext): DashboardLinkBuilder[] => [
  link(`Alert: ${alert.alert}`, `/alerting/list?search=rule:${alert.alert}`),
  link(`Runbook: ${alert.alert}`, runbookUrl(alert, runbookBaseUrl)).targetBlank(true),
];

/** Another dashboard, at the same time range. */
export const dashboardLink = ({ uid, title, shortTitle = title }: DashboardSpec): DashboardLinkBuilder =>
  link(shortTitle, `/d/${uid}`).keepTime(true);
