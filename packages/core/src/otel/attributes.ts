import type { Attributes } from '@opentelemetry/api';
import type { MetricDescriptor } from '../catalog/index.ts';

/** Label values as OpenTelemetry attributes. An empty value is left out: to Prometheus it is the same as no label. */
export function attributesOf(descriptor: MetricDescriptor, values: readonly string[]): Attributes {
  const attributes: Attributes = {};
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== '') attributes[descriptor.labels[i]!.name] = values[i]!;
  }
  return attributes;
}
