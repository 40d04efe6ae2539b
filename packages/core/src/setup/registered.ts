import { createNoopMeter, metrics, trace } from '@opentelemetry/api';

/** Which providers somebody has registered with the OpenTelemetry API already: `metrics`, `traces`, both or none. */
export function registeredProviders(): readonly string[] {
  const found: string[] = [];
  const noop = Object.getPrototypeOf(createNoopMeter());
  if (
    Object.getPrototypeOf(metrics.getMeter('@sightglass/core'))?.constructor?.name !== noop.constructor.name
  )
    found.push('metrics');
  // Without a registered provider the API's proxy has nobody to hand a tracer's work to.
  const tracers: { getDelegateTracer?(name: string): unknown } = trace.getTracerProvider() as object;
  const proxied = typeof tracers.getDelegateTracer === 'function';
  if (!proxied || tracers.getDelegateTracer!('@sightglass/core') !== undefined) found.push('traces');
  return found;
}
