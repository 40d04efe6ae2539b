import type { Attributes } from '@opentelemetry/api';
import { asError, type WarnOnce } from '../base/index.ts';
import type { FamilyHead } from './family.ts';
import { attributeLabels, sortedLabels } from './sdk-labels.ts';

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

/** The series of `target_info`, or nothing when the resource has none of the allowed attributes. An attribute that can't be read is left out. */
export function targetInfoText(attributes: Attributes, allowed: readonly string[], warn: WarnOnce): string {
  const shown: Attributes = Object.create(null);
  for (const key of allowed) {
    try {
      const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      if (value === undefined || value === null) continue;
      shown[key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
    } catch (error) {
      warn(`resource ${key}`, `The resource attribute ${key} is left out: ${asError(error).message}`);
    }
  }
  const labels = attributeLabels(shown, false, new Map());
  return labels.size === 0 ? '' : `${TARGET_INFO.name}{${sortedLabels(labels)}} 1\n`;
}
