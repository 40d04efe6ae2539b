import { type Part, type Query, type RenderContext, renderQuery } from '@sightglass/rules';

/** The labels that Prometheus gives to every series of a target; aggregations, and so recorded series, drop them. */
const TARGET_LABELS = ['job', 'instance'];

/**
 * An expression as a dashboard runs it: as {@link renderQuery} writes it, and with a matcher for each variable whose label a series carries
 * (`table=~"$table"`). No query can forget a variable.
 */
export function renderScoped(
  query: Query,
  variables: readonly string[],
  context: RenderContext = {},
): string {
  return renderQuery(scope(query, variables, context), context);
}

function scope(query: Query, variables: readonly string[], context: RenderContext): Query {
  return { text: query.text, parts: query.parts.map((part) => scopePart(part, variables, context)) };
}

function scopePart(part: Part, variables: readonly string[], context: RenderContext): Part {
  if (typeof part === 'number') return part;
  if ('text' in part) return scope(part, variables, context);
  const labels = labelsOf(part);
  const matchers = variables.filter((name) => labels.includes(name)).map((name) => `${name}=~"$${name}"`);
  if (matchers.length === 0) return part;
  const series = renderQuery({ text: ['', ''], parts: [part] }, context);
  const added = matchers.join(',');
  return { raw: series.endsWith('}') ? `${series.slice(0, -1)},${added}}` : `${series}{${added}}` };
}

function labelsOf(part: Exclude<Part, number | Query>): readonly string[] {
  if ('record' in part) return part.labels;
  if ('external' in part) return part.of === 'alerts' ? part.labels : [...part.labels, ...TARGET_LABELS];
  if ('descriptor' in part) return [...part.descriptor.labels.map(({ name }) => name), ...TARGET_LABELS];
  return [];
}
