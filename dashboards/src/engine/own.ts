import { withoutTargets } from './lint/lint.ts';
import { type DashboardMixin, MixinError } from './mixin.ts';
import type { DashboardSpec, PanelSpec } from './spec.ts';
import { unit } from './style.ts';

/** A panel of one's own: what it is called and what it shows. Default: curves of counts, half of the width. */
export type OwnPanel = Pick<PanelSpec, 'title' | 'queries'> & Partial<PanelSpec>;

/** A dashboard of one's own. Default: no drop-downs but those of the scope, steps of 30 seconds or more. */
export type OwnDashboard = Pick<DashboardSpec, 'uid' | 'title'> &
  Partial<Omit<DashboardSpec, 'panels'>> & { readonly panels: readonly OwnPanel[] };

/** What {@link defineDashboards} takes. */
export interface OwnDashboardsOptions extends Omit<DashboardMixin, 'dashboards' | 'alerts'> {
  readonly dashboards: readonly OwnDashboard[];
}

/**
 * Declares dashboards of one's own, for the config module. Alerts that name a panel are linked from it. Throws a `MixinError` that lists
 * everything wrong with them.
 *
 * ```ts
 * export const billingDashboards = defineDashboards({
 *   name: 'billing',
 *   dashboards: [
 *     {
 *       uid: 'billing',
 *       title: 'Billing',
 *       panels: [
 *         {
 *           title: 'Invoices',
 *           unit: unit.perMinute,
 *           queries: [{ query: promql`60 * sum by (outcome) (rate(${invoices}[${rateInterval}]))`, legend: '{{outcome}}' }],
 *         },
 *       ],
 *     },
 *   ],
 * });
 * ```
 */
export function defineDashboards(options: OwnDashboardsOptions): DashboardMixin {
  const problems = problemsOf(options);
  if (problems.length > 0)
    throw new MixinError([`The dashboards ${JSON.stringify(options?.name)}:`, ...problems].join('\n- '));
  const dashboards = options.dashboards.map(specOf);
  return {
    ...options,
    dashboards,
    // What a team counts belongs to its things, whichever process counts them.
    exclusions: [
      ...(options.exclusions ?? []),
      ...dashboards.flatMap(({ uid }) =>
        withoutTargets(uid, 'It shows what is counted, whichever process counts it.'),
      ),
    ],
  };
}

const specOf = ({ panels, ...dashboard }: OwnDashboard): DashboardSpec => ({
  description: `${dashboard.title}.`,
  tags: [],
  minInterval: '30s',
  variables: [],
  annotations: [],
  firing: { labels: (dashboard.variables ?? []).map(({ label }) => label) },
  related: ['sightglass-telemetry'],
  ...dashboard,
  panels: panels.map((panel) => ({
    description: `${panel.title}.`,
    type: 'timeseries',
    unit: unit.count,
    width: 12,
    height: 9,
    ...panel,
  })),
});

function problemsOf(options: OwnDashboardsOptions): string[] {
  if (!isObject(options)) return ['they need an object with name and dashboards'];
  const { name, dashboards }: Unknown = options;
  const problems: string[] = [];
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name))
    problems.push('name must be lower-case letters, digits and dashes');
  if (!Array.isArray(dashboards) || dashboards.length === 0)
    return [...problems, 'dashboards must list at least one'];
  for (const each of dashboards) {
    if (!isObject(each) || typeof each.uid !== 'string' || typeof each.title !== 'string')
      problems.push('each dashboard needs uid and title');
    else if (!Array.isArray(each.panels) || each.panels.length === 0)
      problems.push(`the dashboard ${each.uid} needs panels`);
    else
      for (const panel of each.panels)
        if (!isObject(panel) || typeof panel.title !== 'string' || !Array.isArray(panel.queries))
          problems.push(`each panel of ${each.uid} needs title and queries`);
        else if (
          !panel.queries.every((query: unknown) => isObject(query) && 'query' in query && 'legend' in query)
        )
          problems.push(`each query of "${panel.title}" needs query and legend`);
  }
  return problems;
}

type Unknown = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null;
