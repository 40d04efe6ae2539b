/*
 * In what the functions are called. Set up before the packages are imported, so nothing here may import them.
 */

/** Nothing but the packages; an SDK that reads what they record; an `Object.prototype` with properties of its own; clocks that can not be read, or lie. */
export const MODES = ['clean', 'sdk', 'prototypes', 'clocks'] as const;

export type Mode = (typeof MODES)[number];

/** Makes this process one of that mode, before the packages are loaded. */
export async function enter(mode: Mode): Promise<void> {
  if (mode === 'sdk') await startSdk();
  if (mode === 'clocks') breakClocks();
  if (mode === 'prototypes') {
    // Those that come with the packages bear it, or the packages would not load; this one does not.
    await import('fast-check');
    undone.push(pollutePrototypes(METRIC_OPTIONS));
  }
}

/** So many rounds make up the whole of a mode. */
export const roundsOf = (mode: Mode): number =>
  mode === 'prototypes' ? Object.keys(OTHER_OPTIONS).length : 1;

/**
 * Begins a round, once the packages are loaded and the fuzz has declared what it needs. One option of ours lies on `Object.prototype` in each: such a
 * property makes a declaration refuse what it is given, and all of them at once would let none through.
 */
export function beginRound(mode: Mode, round: number): void {
  if (mode !== 'prototypes') return;
  const all = Object.entries(OTHER_OPTIONS);
  takeBack();
  const [name, descriptor] = all[round % all.length]!;
  takeBack = pollutePrototypes({ [name]: descriptor });
}

let takeBack = (): void => {};

/** The process as it was, where other tools are to run in it. */
export function leave(): void {
  takeBack();
  for (const undo of undone.splice(0)) undo();
}

const undone: (() => void)[] = [];

/** Spans and metrics by OpenTelemetry's own SDK, with its context manager. */
async function startSdk(): Promise<void> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { AggregationTemporality, InMemoryMetricExporter, PeriodicExportingMetricReader } = await import(
    '@opentelemetry/sdk-metrics'
  );
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const ended = async () => {};
  const sdk = new NodeSDK({
    autoDetectResources: false,
    metricReaders: [
      new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000, exportTimeoutMillis: 500 }),
    ],
    spanProcessors: [{ onStart: () => {}, onEnd: () => {}, forceFlush: ended, shutdown: ended }],
  });
  sdk.start();
}

const boom = (): never => {
  throw new Error('a trap of the fuzz');
};
const trap: PropertyDescriptor = { get: boom, set: () => {} };

/** What a library that extends `Object.prototype`, or an attack on one, may leave there under the names of our options and labels. */
const METRIC_OPTIONS: PropertyDescriptorMap = {
  unit: { value: 'x' },
  buckets: { value: 'x' },
  labels: { value: 1 },
  maxSeries: { value: -1 },
};
const OTHER_OPTIONS: PropertyDescriptorMap = {
  help: { value: { a: 1 } },
  table: { value: 10n },
  layer: { value: null },
  errorType: { value: [] },
  overlap: { value: 'x' },
  retries: { value: 1e9 },
  schedule: { value: 'x' },
  scopeLabels: { value: {} },
  owner: trap,
  pages: trap,
  classify: trap,
  trigger: trap,
};

/** Returns the function that takes them back. */
function pollutePrototypes(properties: PropertyDescriptorMap): () => void {
  for (const [name, descriptor] of Object.entries(properties)) {
    const writable = 'value' in descriptor ? { writable: true } : {};
    Object.defineProperty(Object.prototype, name, {
      ...descriptor,
      ...writable,
      enumerable: true,
      configurable: true,
    });
  }
  return () => {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  };
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
  const [now, monotonic] = [Date.now, performance.now];
  undone.push(() => {
    Date.now = now;
    performance.now = monotonic;
  });
  Date.now = broken;
  performance.now = broken;
}
