import { DeclarationError } from '@sightglass/core';
import { unknownNames } from '@sightglass/core/authors';
import type { AlertOptions } from './rule.ts';

/** What {@link alert} takes: an alert without its name, with the runbook's section behind a `#`. */
export interface OwnAlertOptions
  extends Omit<AlertOptions, 'alert' | 'description' | 'section' | 'otherNames'> {
  /** Default: the summary. */
  readonly description?: string;
  /** A page under the address of the runbooks and, after a `#`, its section: `invoices#bouncing`. Default: no link. */
  readonly runbook?: string;
}

/**
 * Declares an alert of one's own. Throws a `DeclarationError` that lists everything wrong with it.
 *
 * ```ts
 * alert('InvoicesBouncing', {
 *   expr: promql`sum(rate(${invoices.where({ outcome: 'bounced' })}[10m])) / sum(rate(${invoices}[10m])) > ${bounced}`,
 *   for: minutes(10),
 *   severity: 'warning',
 *   summary: 'Invoices are bouncing.',
 *   runbook: 'invoices#bouncing',
 * });
 * ```
 */
export function alert(name: string, options: OwnAlertOptions): AlertOptions {
  const problems = problemsOf(name, options);
  if (problems.length > 0) throw new DeclarationError(`The alert ${JSON.stringify(name)}`, problems);
  const { runbook, description = options.summary, ...others } = options;
  const [page, section] = runbook?.split('#') ?? [];
  return {
    ...others,
    alert: name,
    description,
    ...(page === undefined ? {} : { runbook: page.replace(/\.md$/, '') }),
    ...(section === undefined ? {} : { section }),
  };
}

/** Every option that an alert has; the compiler holds that none is missing. A config module is run without being compiled. */
const OPTIONS = Object.keys({
  expr: true,
  for: true,
  noForReason: true,
  keepFiringFor: true,
  severity: true,
  incident: true,
  ofMonitoring: true,
  summary: true,
  description: true,
  impact: true,
  action: true,
  about: true,
  runbook: true,
  dashboard: true,
} satisfies { readonly [K in keyof OwnAlertOptions]-?: true });

const SEVERITIES = ['critical', 'warning', 'info', 'none'];

function problemsOf(name: string, options: OwnAlertOptions): string[] {
  if (typeof options !== 'object' || options === null)
    return ['it needs an object with expr, severity and summary'];
  const { expr, severity, summary, description, runbook, dashboard } = options;
  const problems = unknownNames(options, OPTIONS);
  if (typeof name !== 'string' || !/^[A-Z][A-Za-z0-9]*$/.test(name))
    problems.push('its name must be words in CamelCase, such as "InvoicesBouncing"');
  if (typeof expr !== 'object' || expr === null || !Array.isArray(expr.text))
    problems.push('expr must be promql`...`: a text hides which metrics it reads');
  if (!SEVERITIES.includes(severity)) problems.push(`severity must be one of ${SEVERITIES.join(', ')}`);
  if (typeof summary !== 'string' || !/^[^{}]+\.$/.test(summary))
    problems.push('summary must be one sentence without templates that ends with a period');
  if (description !== undefined && (typeof description !== 'string' || description === ''))
    problems.push('description must be a text');
  if (runbook !== undefined && !/^[\w/.-]+(#[^#\s]+)?$/.test(String(runbook)))
    problems.push('runbook must be a page and a section, such as "invoices#bouncing"');
  if (dashboard !== undefined && (typeof dashboard?.uid !== 'string' || typeof dashboard.panel !== 'string'))
    problems.push('dashboard must name a dashboard and a panel: { uid, panel }');
  for (const key of ['for', 'keepFiringFor'] as const)
    if (options[key] !== undefined && !(Number(options[key]?.durationSeconds) >= 0))
      problems.push(`${key} must be a duration such as minutes(10)`);
  return problems;
}
