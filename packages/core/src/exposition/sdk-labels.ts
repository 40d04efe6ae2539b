import type { Attributes } from '@opentelemetry/api';
import { type OtelScopeMetrics, SCOPE } from '../otel/data.ts';
import { labelName } from './sdk-names.ts';
import { labelText } from './text.ts';

/**
 * Attributes as labels, in the order of their names, so that equal series have equal text. Attributes that get the same label are joined with `;`.
 * `le` belongs to a histogram's buckets, so an attribute of that name becomes `exported_le`, as Prometheus renames what a target may not set.
 */
export function attributeLabels(
  attributes: Attributes,
  histogram: boolean,
  scopeLabels: ReadonlyMap<string, string>,
): string {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const legal = labelName(key);
    const name = histogram && legal === 'le' ? 'exported_le' : legal;
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const joined = labels.get(name);
    labels.set(name, joined === undefined ? text : `${joined};${text}`);
  }
  for (const [name, value] of scopeLabels) labels.set(name, value);
  return sortedLabels(labels);
}

/** The labels that tell which instrumentation a series is from. This library's own series have none. */
export function labelsOfScope({
  name,
  version,
  schemaUrl,
}: OtelScopeMetrics['scope']): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  if (name === SCOPE.name) return labels;
  if (name) labels.set('otel_scope_name', name);
  if (version) labels.set('otel_scope_version', version);
  if (schemaUrl) labels.set('otel_scope_schema_url', schemaUrl);
  return labels;
}

/** Labels as text in the order of their names. */
export function sortedLabels(labels: Iterable<readonly [string, string]>): string {
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => labelText(name, value))
    .join(',');
}
