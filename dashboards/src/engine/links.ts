import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Alert, runbookUrl } from '@sightglass/rules';
import { DATASOURCE, type DashboardContext, scopeOf } from './context.ts';
import type { DashboardSpec } from './spec.ts';

const link = (title: string, url: string) =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);

/** For one alert: Grafana's list of alert rules, filtered to it, and its section of the runbook, where it has one. */
export function alertLinks(alert: Alert, { runbookBaseUrl }: DashboardContext): DashboardLinkBuilder[] {
  const runbook = runbookUrl(alert, runbookBaseUrl);
  return [
    link(`Alert: ${alert.alert}`, `/alerting/list?search=rule:${alert.alert}`),
    ...(runbook === undefined ? [] : [link(`Runbook: ${alert.alert}`, runbook).targetBlank(true)]),
  ];
}

/** From one dashboard to another, at the same time range, with all that is chosen and that both can choose. */
export function dashboardLink(
  from: DashboardSpec,
  { uid, title, shortTitle = title, variables }: DashboardSpec,
  context: DashboardContext,
): DashboardLinkBuilder {
  const shared = variables.filter(({ label }) => from.variables.some((own) => own.label === label));
  const names = new Set([DATASOURCE, ...scopeOf(context), ...shared.map(({ label }) => label)]);
  const chosen = [...names].map((name) => `\${${name}:queryparam}`).join('&');
  return link(shortTitle, `/d/${uid}?${chosen}`).keepTime(true);
}
