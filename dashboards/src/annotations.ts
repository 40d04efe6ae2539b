import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type DashboardContext, datasource } from './context.ts';
import { renderScoped } from './scope.ts';
import type { AnnotationSpec } from './spec.ts';

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
    .target(new DataqueryBuilder().refId('Anno').datasource(datasource).expr(expr).range())
    .titleFormat(title)
    .textFormat(text);
}
