/*
 * In what the functions are called. Set up before the packages are imported, so nothing here may import them.
 */

/** Nothing but the packages; an SDK that reads what they record; an `Object.prototype` with properties of its own; clocks that can not be read, or lie. */
export const MODES = ['clean', 'sdk', 'prototypes', 'clocks'] as const;

export type Mode = (typeof MODES)[number];

/** Makes this process one of that mode; resolves with what is to be done once the packages are there. */
export async function enter(mode: Mode): Promise<void> {
  if (mode === 'sdk') await startSdk();
  if (mode === 'prototypes') pollutePrototypes();
  if (mode === 'clocks') breakClocks();
}

/** Spans and metrics by OpenTelemetry's own SDK, with its context manager. */
async function startSdk(): Promise<void> {
  const { NodeSDK, metrics, tracing } = await import('@opentelemetry/sdk-node');
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const sdk = new NodeSDK({
    autoDetectResources: false,
    metricReaders: [new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000 })],
    spanProcessors: [
      new tracing.SimpleSpanProcessor({ export: (_, done) => done({ code: 0 }), shutdown: async () => {} }),
    ],
  });
  sdk.start();
}

const boom = (): never => {
  throw new Error('a property of Object.prototype was read');
};

/** What a library that extends `Object.prototype`, or an attack on one, may leave there, under the names of our options and labels. */
function pollutePrototypes(): void {
  const properties: { readonly [name: string]: unknown } = {
    unit: 'x',
    buckets: 'x',
    labels: 1,
    help: { a: 1 },
    maxSeries: -1,
    convention: Symbol('x'),
    table: 10n,
    layer: null,
    errorType: [],
    overlap: 'x',
    retries: 1e9,
    schedule: 'x',
    scopeLabels: {},
    table_or_job: boom,
  };
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(Object.prototype, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  for (const name of ['owner', 'pages', 'classify', 'trigger'])
    Object.defineProperty(Object.prototype, name, {
      get: boom,
      set: () => {},
      enumerable: false,
      configurable: true,
    });
}

/** Both clocks throw, stand, jump, or give what is no time, in turn. */
function breakClocks(): void {
  const readings: (() => unknown)[] = [
    boom,
    () => Number.NaN,
    () => 0,
    () => -1e15,
    () => 8.64e15 + 1,
    () => Infinity,
    () => undefined,
    () => '1',
    () => 1e12,
  ];
  let turn = 0;
  const broken = () => readings[turn++ % readings.length]!() as number;
  Date.now = broken;
  performance.now = broken;
}
