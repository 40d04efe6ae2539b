import { context, diag, metrics, ProxyTracerProvider, propagation, trace } from '@opentelemetry/api';
import { diagLevel, diagLogger } from '../logging/diag.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import type { TelemetryOptions } from './options.ts';
import type { SdkModules } from './peers.ts';
import { pushReaders } from './push-readers.ts';
import type { Settings } from './settings.ts';

/** A started SDK, as far as telemetry needs it. */
export interface StartedSdk {
  /** The SDK's own metrics, for the endpoint. Ours are read from the store directly. */
  collect(): Promise<OtelResourceMetrics>;
  /** Whether anything is pushed, so that there is something to flush. */
  readonly pushes: boolean;
  /** Sends what has not been sent. */
  flush(): Promise<void>;
  /** Flushes, ends the SDK, and takes it out of the API's globals. */
  shutdown(): Promise<void>;
}

/** Builds the SDK for these settings and registers it. Throws when it can't, with nothing left registered. */
export function startSdk(sdk: SdkModules, options: TelemetryOptions, settings: Settings): StartedSdk {
  useDiagLogger();
  const pull = new sdk.prometheus.PrometheusExporter({ preventServerStart: true });
  const push = pushReaders(sdk, settings.metricsExporters);
  const { resourceFromAttributes, defaultResource } = sdk.resources;
  // With OTEL_LOG_LEVEL the constructor sets a logger of its own, and warns when it replaces one.
  diag.disable();
  const node = new sdk.node.NodeSDK({
    autoDetectResources: false,
    resource: defaultResource().merge(resourceFromAttributes(settings.resourceAttributes)),
    metricReaders: [pull, ...push],
    ...(options.views === undefined ? {} : { views: options.views }),
    ...(options.instrumentations === undefined ? {} : { instrumentations: options.instrumentations }),
    ...(settings.traces === 'asked'
      ? {}
      : { spanProcessors: settings.traces === 'ids' ? [forIdsAlone] : [] }),
    ...(settings.logs ? {} : { logRecordProcessors: [] }),
  });
  useDiagLogger();
  try {
    node.start();
  } catch (error) {
    unregister(sdk);
    throw error;
  }
  return {
    collect: async () => (await pull.collect()).resourceMetrics,
    pushes: push.length > 0 || settings.traces === 'asked' || settings.logs,
    flush: async () => {
      await Promise.all([...push.map((reader) => reader.forceFlush()), flushTraces()]);
    },
    shutdown: async () => {
      try {
        await node.shutdown();
      } finally {
        unregister(sdk);
      }
    },
  };
}

/** Spans that carry ids into log lines and context to other services, and are exported nowhere. */
const forIdsAlone = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

function useDiagLogger(): void {
  diag.setLogger(diagLogger(), {
    logLevel: diagLevel(process.env.OTEL_LOG_LEVEL),
    suppressOverrideMessage: true,
  });
}

async function flushTraces(): Promise<void> {
  const provider = trace.getTracerProvider();
  const delegate: object = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  await (delegate as { forceFlush?(): Promise<void> }).forceFlush?.();
}

function unregister({ logs }: SdkModules): void {
  for (const api of [metrics, trace, context, propagation]) api.disable();
  logs?.disable();
  diag.disable();
}
