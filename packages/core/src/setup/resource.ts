import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Attributes } from '@opentelemetry/api';
import type { Environment, Problems, TelemetryOptions } from './options.ts';

/**
 * Who this process is. Only what was said of it and a random `service.instance.id`: the SDK's default detectors would add the command line,
 * the user and paths, and `target_info` is public.
 */
export function resourceAttributesOf(
  options: TelemetryOptions,
  env: Environment,
  problems: Problems,
): Attributes {
  const { serviceName, serviceVersion, resourceAttributes } = options;
  return {
    'service.name': `unknown_service:${basename(process.execPath).replace(/\.exe$/i, '')}`,
    'service.instance.id': randomUUID(),
    ...parsed(env.OTEL_RESOURCE_ATTRIBUTES, problems),
    ...(env.OTEL_SERVICE_NAME === undefined ? {} : { 'service.name': env.OTEL_SERVICE_NAME }),
    ...resourceAttributes,
    ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
    ...(serviceVersion === undefined ? {} : { 'service.version': serviceVersion }),
  };
}

/** `key=value,key=value`, percent-encoded. One bad pair discards the whole, as the OpenTelemetry specification says. */
function parsed(variable: string | undefined, problems: Problems): Attributes {
  const attributes: Attributes = {};
  for (const pair of variable?.split(',') ?? []) {
    if (pair.trim() === '') continue;
    const [key = '', value, ...more] = pair.split('=').map((part) => part.trim());
    try {
      if (value === undefined || more.length > 0 || !/^\S+$/.test(key)) throw new TypeError('not key=value');
      attributes[decodeURIComponent(key)] = decodeURIComponent(value);
    } catch {
      problems.push(
        'OTEL_RESOURCE_ATTRIBUTES is not "key=value,key=value" with percent-encoded values; it is not used.',
      );
      return {};
    }
  }
  return attributes;
}
