import {
  context,
  createNoopMeter,
  diag,
  metrics,
  type ProxyTracerProvider,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { CollectSdk } from '../exposition/index.ts';
import { diagLevel, diagLogger } from '../logging/diag.ts';
import { numberCorrections, withEnvironment } from './environment-numbers.ts';
import { followExports } from './exports-under-way.ts';
import type { Problems, TelemetryOptions } from './options.ts';
import type { SdkParts } from './peers.ts';
import { pullReader } from './pull-reader.ts';
import { pushReaders } from './push-readers.ts';
import type { Settings } from './settings.ts';

/** A started SDK, as far as telemetry needs it. */
export interface StartedSdk {
  /** The SDK's own metrics, for the endpoint. Ours are read from the store directly. */
  readonly collect: CollectSdk;
  /** Whether anything is pushed, so that there is something to flush. */
  readonly pushes: boolean;
  /** Whether metrics are among it. */
  readonly pushesMetrics: boolean;
  /** Sends what has not been sent. */
  flush(): Promise<void>;
  /** Flushes, ends the SDK, and takes it out of the API's globals. */
  shutdown(): Promise<void>;
  /** Ends what an exporter is sending, so that nothing waits for a collector that does not answer. */
  abandon(): void;
}

/** Builds the SDK for these settings and registers it. Throws when it can't, with nothing left registered. */
export function startSdk(
  sdk: SdkParts,
  options: TelemetryOptions,
  settings: Settings,
  problems: Problems,
): StartedSdk {
  useDiagLogger();
  const corrections = numberCorrections(process.env, (problem) => diag.warn(problem));
  return withEnvironment(corrections, () => build(sdk, options, settings, problems));
}

function build(sdk: SdkParts, options: TelemetryOptions, settings: Settings, problems: Problems): StartedSdk {
  const pull = pullReader();
  const push = [
    ...((options.metricReaders as IMetricReader[] | undefined) ??
      pushReaders(sdk, settings.metricsExporters, problems)),
  ];
  // With OTEL_LOG_LEVEL the constructor sets a logger of its own, and warns when it replaces one.
  diag.disable();
  const node = new sdk.NodeSDK({
    // Nothing is detected: the one detector says what the settings do. The SDK puts it over its defaults.
    resourceDetectors: [{ detect: () => ({ attributes: settings.resourceAttributes }) }],
    metricReaders: [pull.reader, ...push],
    ...(options.views === undefined ? {} : { views: options.views }),
    ...(options.instrumentations === undefined ? {} : { instrumentations: options.instrumentations }),
    ...(settings.traces === 'asked'
      ? {}
      : { spanProcessors: settings.traces === 'ids' ? [forIdsAlone] : [] }),
    ...(settings.logs ? {} : { logRecordProcessors: [] }),
  } as never);
  useDiagLogger();
  const exports = followExports();
  try {
    node.start();
  } catch (error) {
    exports.forget();
    unregister(sdk);
    throw error;
  }
  const ends: Promise<void>[] = [];
  for (const reader of push) onShutdown(reader, (end) => ends.push(end));
  return {
    collect: pull.collect,
    pushes: push.length > 0 || settings.traces === 'asked' || settings.logs,
    pushesMetrics: push.length > 0,
    flush: () => all([...push.map((reader) => reader.forceFlush()), flushTraces(), flushLogs(sdk)]),
    shutdown: async () => {
      try {
        await exports.ending(() => node.shutdown());
      } finally {
        // The SDK rejects as soon as one signal fails, and would leave the metrics behind that are on their way.
        await Promise.allSettled(ends);
        exports.forget();
        unregister(sdk);
      }
    },
    abandon: exports.abandon,
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

/** Tells of the reader's shutdown when somebody asks for it. */
function onShutdown(reader: IMetricReader, tell: (end: Promise<void>) => void): void {
  const shutdown = reader.shutdown.bind(reader);
  reader.shutdown = (options) => {
    const end = shutdown(options);
    tell(end);
    return end;
  };
}

/** Waits for each, then rejects as the first that failed. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

async function flushTraces(): Promise<void> {
  // Not by its class: the SDK may have loaded another copy of the API, in the other module format.
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  const delegate: object = provider.getDelegate?.() ?? provider;
  await (delegate as { forceFlush?(): Promise<void> }).forceFlush?.();
}

async function flushLogs({ logs }: SdkParts): Promise<void> {
  const provider = logs?.getLoggerProvider?.() as { getDelegate?(): object } | undefined;
  const delegate = provider?.getDelegate?.() ?? provider;
  await (delegate as { forceFlush?(): Promise<void> } | undefined)?.forceFlush?.();
}

function unregister({ logs }: SdkParts): void {
  for (const api of [metrics, trace, context, propagation]) api.disable();
  logs?.disable();
  diag.disable();
}

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
