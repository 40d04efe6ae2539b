import type { Alert } from '../model/rule.ts';

/** The runbooks as they are published in this package: whoever has its name has the address too. A team that edits them serves its own. */
export const DEFAULT_RUNBOOK_BASE_URL = 'https://unpkg.com/@sightglass/rules/runbooks';
/** Grafana's own default address. */
export const DEFAULT_DASHBOARD_BASE_URL = 'http://localhost:3000';

/** Where an alert's section of its runbook is served; undefined when it has no runbook. */
export const runbookUrl = (
  { runbook, alert, section = alert }: Alert,
  baseUrl = DEFAULT_RUNBOOK_BASE_URL,
): string | undefined =>
  runbook === undefined ? undefined : `${withoutSlash(baseUrl)}/${runbook}.md#${section.toLowerCase()}`;

/**
 * Where the dashboard that plots what the alert compares is served, opened at the estate that the alert is about: a template of Prometheus with a
 * `var-` parameter for each scope label that the alert has. Undefined when it names none.
 */
export const dashboardUrl = (
  { dashboard }: Alert,
  baseUrl = DEFAULT_DASHBOARD_BASE_URL,
  scope: readonly string[] = [],
): string | undefined => {
  if (dashboard === undefined) return undefined;
  const chosen = scope.map((label) => `{{ with $labels.${label} }}var-${label}={{ . | urlquery }}&{{ end }}`);
  return `${withoutSlash(baseUrl)}/d/${dashboard.uid}${chosen.length === 0 ? '' : `?${chosen.join('')}`}`;
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
