import {
  ALERTS,
  ALERTS_FOR_STATE,
  type Alert,
  type Catalog,
  checkQuery,
  labelsIn,
  type Part,
  problemText,
  type Query,
  renderQuery,
} from '@sightglass/rules';
import { type DashboardContext, scopeOf } from './context.ts';
import { panelsOf } from './first-row.ts';
import { legendFindings, lineFindings } from './legends.ts';
import { lint } from './lint/lint.ts';
import type { Finding } from './lint/rule.ts';
import type { DashboardMixin } from './mixin.ts';
import type { DashboardJson } from './model.ts';
import { dashboardExpressions } from './queries.ts';
import { buildDashboards } from './render.ts';
import type { DashboardSpec } from './spec.ts';

/**
 * Everything that is wrong with the dashboards of a list of mixins: what lint finds, less their exclusions, and each series or label that the
 * catalog does not know. Throws a `MixinError` when the list can't be rendered.
 */
export function checkDashboards(
  mixins: readonly DashboardMixin[],
  context: DashboardContext,
  catalog: Catalog,
): Finding[] {
  const specs = mixins.flatMap(({ dashboards }) => dashboards);
  const exclusions = mixins.flatMap((mixin) => mixin.exclusions ?? []);
  const alerts = mixins.flatMap((mixin) => mixin.alerts ?? []);
  const known = withLabels(catalog, alerts, [...scopeOf(context), ...Object.keys(context.selector ?? {})]);
  return buildDashboards(mixins, context).flatMap((json, i) => {
    const found = [
      ...unknownSeries(json, known),
      ...legendFindings(json, catalog),
      ...lineFindings(specs[i]!, alerts),
    ];
    return lint(json, { exclusions, alerts, gauges: gaugesOf(specs[i]!), found });
  });
}

/** A catalog in which every series may carry the installation's labels, and firing alerts those that the expressions of these leave. */
function withLabels(catalog: Catalog, alerts: readonly Alert[], common: readonly string[]): Catalog {
  const left = alerts.flatMap(({ expr }) => labelsIn(renderQuery(expr), catalog));
  return {
    ...catalog,
    get: (name) => {
      const entry = catalog.get(name);
      const isOfAlerts = [ALERTS, ALERTS_FOR_STATE].some(({ external }) => external === name);
      const added = isOfAlerts ? [...left, ...common] : common;
      return entry && { ...entry, labels: [...entry.labels, ...added.map((label) => ({ name: label }))] };
    },
  };
}

const unknownSeries = (json: DashboardJson, catalog: Catalog): Finding[] =>
  dashboardExpressions(json).flatMap(({ place, expr }) =>
    checkQuery(expr, { catalog }).map((problem) => ({
      rule: 'known-series',
      dashboard: json.uid ?? '',
      message: `${place}: ${problemText(problem)}`,
    })),
  );

/** The gauges that a dashboard's panels read; some are named as the count of a histogram would be. */
function gaugesOf(spec: DashboardSpec): Set<string> {
  const names = new Set<string>();
  const read = (query: Query): void => query.parts.forEach(readPart);
  const readPart = (part: Part): void => {
    if (typeof part === 'number') return;
    if ('text' in part) read(part);
    if ('descriptor' in part && part.descriptor.kind === 'gauge') names.add(part.descriptor.name);
    if ('external' in part && part.kind === 'gauge') names.add(part.external);
  };
  for (const { queries } of panelsOf(spec)) for (const { query } of queries) read(query);
  return names;
}
