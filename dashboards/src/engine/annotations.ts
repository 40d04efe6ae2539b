import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Alert, type Part, promql, type Query, raw } from '@sightglass/rules';
import { type DashboardContext, datasource } from './context.ts';
import { FIRING_TITLE, firingOf } from './first-row.ts';
import { renderScoped, scopeNames } from './scope.ts';
import type { AnnotationSpec, FiringSpec } from './spec.ts';
import { rateInterval } from './window.ts';

/** Exports come once a minute where they are pushed, so that `$__rate_interval` must be four of them. */
const MIN_STEP = '1m';

/** Marks on every graph. The expression stands twice: `target` is read by Grafana's editor, `expr` by releases before it. */
export function annotation(
  { name, query, color, title, text }: AnnotationSpec,
  variables: readonly string[],
  context: DashboardContext,
): AnnotationQueryBuilder {
  const expr = renderScoped(query, variables, context);
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step(MIN_STEP)
    .target(new DataqueryBuilder().refId('Anno').datasource(datasource).expr(expr).interval(MIN_STEP).range())
    .titleFormat(title)
    .textFormat([text, ...scopeNames(context)].join(' '));
}

/** When the alerts of a dashboard fired; none where it has no alerts. */
export function firingAlerts(spec: FiringSpec, alerts: readonly Alert[]): AnnotationSpec[] {
  const { labels, others = [] } = spec;
  const firing = firingOf(spec, alerts);
  if (firing === undefined) return [];
  return [
    {
      name: FIRING_TITLE,
      query: promql`${firing}`,
      color: 'red',
      title: '{{alertname}}',
      text: `{{severity}} ${[...labels, ...others].map((label) => `{{${label}}}`).join(' ')}`,
    },
  ];
}

/** Where a restart shows. */
export interface RestartSigns {
  /** The labels that name what restarted. */
  readonly by: readonly string[];
  /** Expressions that are above 0 where something was born anew within the range before a point, such as `changes(x[$__rate_interval])`. */
  readonly changed: readonly Query[];
  /** A series that is there while the process is. */
  readonly alive: Part;
  /** Only what has this series too, by the same labels. Default: everything. */
  readonly among?: Part;
  /** The mark's text, with the labels in double braces. */
  readonly text: string;
}

/** Marks of restarts. A process that came back within a scrape or two shows by what changed, one that was away by its absence before. */
export function restarts({ by, changed, alive, among, text }: RestartSigns): AnnotationSpec {
  const labels = raw(by.join(', '));
  const only = (signs: Query) => (among ? promql`${signs} and on (${labels}) ${among}` : signs);
  const away = promql`max by (${labels}) (${only(promql`${alive} unless ${alive} offset ${rateInterval}`)})`;
  return {
    name: 'Restarts',
    query: changed
      .map((sign) => promql`max by (${labels}) (${only(sign)}) > 0`)
      .reduceRight((rest, sign) => promql`${sign}\nor on (${labels})\n${rest}`, away),
    color: 'blue',
    title: 'Restart',
    text,
  };
}
