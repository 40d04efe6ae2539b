import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type DashboardContext, datasource } from './context.ts';
import { renderScoped } from './scope.ts';
import type { AnnotationSpec } from './spec.ts';

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
    .textFormat(text);
}
