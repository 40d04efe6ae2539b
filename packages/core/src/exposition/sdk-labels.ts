import type { Attributes } from '@opentelemetry/api';
import { type OtelScopeMetrics, SCOPE } from '../otel/data.ts';
import { labelName } from './sdk-names.ts';
import { labelText, wellFormed } from './text.ts';

/** Labels by name, in the order of the keys that they were made of. */
export type Labels = ReadonlyMap<string, string>;

/**
 * Attributes as labels. Those that get the same label are joined with `;` in the order of their keys, with the label of the scope among them. An empty label
 * is left out, since Prometheus takes it for none; half a surrogate pair, which has no UTF-8, becomes U+FFFD.
 * `le` belongs to a histogram's buckets, so an attribute of that name becomes `exported_le`, as Prometheus renames what a target may not set.
 */
export function attributeLabels(attributes: Attributes, histogram: boolean, scopeLabels: Labels): Labels {
  const named: (readonly [key: string, name: string, text: string])[] = [];
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const legal = labelName(key);
    named.push([key, histogram && legal === 'le' ? 'exported_le' : legal, attributeText(value)]);
  }
  for (const [name, text] of scopeLabels) named.push([name, name, text]);
  named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const labels = new Map<string, string>();
  for (const [, name, given] of named) {
    const text = wellFormed(given);
    const joined = labels.get(name);
    labels.set(name, joined === undefined ? text : `${joined};${text}`);
  }
  for (const [name, text] of labels) if (text === '') labels.delete(name);
  return labels;
}

function attributeText(value: unknown): string {
  return String(typeof value === 'object' ? JSON.stringify(value) : value);
}

/** The labels that tell which instrumentation a series is from. This library's own series have none. */
export function labelsOfScope({ name, version, schemaUrl }: OtelScopeMetrics['scope']): Labels {
  const labels = new Map<string, string>();
  if (name === SCOPE.name) return labels;
  if (name) labels.set('otel_scope_name', String(name));
  if (version) labels.set('otel_scope_version', String(version));
  if (schemaUrl) labels.set('otel_scope_schema_url', String(schemaUrl));
  return labels;
}

/** Labels as text in the order of their names, so that equal series have equal text. */
export function sortedLabels(labels: Labels): string {
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => labelText(name, value))
    .join(',');
}
