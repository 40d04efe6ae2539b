import type { Attributes } from '@opentelemetry/api';
import type { FamilyHead } from './family.ts';
import { sortedLabels } from './sdk-labels.ts';
import { labelName } from './sdk-names.ts';

/**
 * The resource attributes that say which service this is. Everything else that resource detectors collect (command line, owner, paths, host)
 * stays out of a public page.
 */
export const PUBLIC_RESOURCE_ATTRIBUTES: readonly string[] = [
  'service.name',
  'service.namespace',
  'service.version',
  'service.instance.id',
  'deployment.environment.name',
];

export const TARGET_INFO: FamilyHead = {
  name: 'target_info',
  kind: 'info',
  help: 'What this target is.',
  unit: '',
};

/** The series of `target_info`, or nothing when the resource has none of the allowed attributes. */
export function targetInfoText(attributes: Attributes, allowed: readonly string[]): string {
  const labels = new Map<string, string>();
  for (const key of allowed) {
    const value = attributes[key];
    if (value !== undefined && value !== null)
      labels.set(labelName(key), typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return labels.size === 0 ? '' : `${TARGET_INFO.name}{${sortedLabels(labels)}} 1\n`;
}
