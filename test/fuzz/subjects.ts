import { createNoopMeter } from '@opentelemetry/api';
import * as core from '@sightglass/core';
import * as service from '@sightglass/core/service';
import * as pipeline from '@sightglass/pipeline';

/** An exported function with a call of it that works, which the fuzz then spoils. */
export interface Subject {
  readonly name: string;
  readonly call: (...args: never[]) => unknown;
  /** Arguments of a valid call; made anew for each, because a name can be declared once. */
  readonly valid: readonly unknown[];
  /** A declaration may refuse what it is given, with a `DeclarationError`; nothing else may throw. */
  readonly declares: boolean;
  /** Whether what it gives back is called as well. */
  readonly opens: boolean;
  /** Whether what it gives back runs the caller's work, and throws the work's own error on. */
  readonly rethrows: boolean;
}

type Example = Partial<Omit<Subject, 'name' | 'call' | 'valid'>> & {
  readonly valid: () => readonly unknown[];
};

const layered = { layer: 'bronze' };
const ofTable = { table: 'trades', ...layered };
const quiet = () => {};
let count = 0;
const unused = (suffix: string): string => `fuzz_${count++}${suffix}`;

/** A valid call of every function that the packages export, by its name. */
const EXAMPLES: { readonly [name: string]: Example } = {
  attachMeterProvider: { valid: () => [{ getMeter: () => createNoopMeter() }] },
  classifyError: { valid: () => [new Error('no')] },
  counter: {
    valid: () => [
      unused('_total'),
      { help: 'Fuzz.', labels: { table: String, way: ['in', 'out'] }, unit: '{row}', maxSeries: 5 },
    ],
    declares: true,
  },
  declareOffload: {
    valid: () => [
      {
        layer: unused(''),
        owner: 'data',
        pages: false,
        tables: ['trades', 'quotes'],
        intervalSeconds: 900,
        lagObjectiveSeconds: { trades: 60, quotes: 60 },
        cycleDurationObjectiveSeconds: 60,
        throughputObjectiveRowsPerSecond: 10,
        successObjectiveRatio: 0.9,
        version: '1.0.0',
        watermarks: { trades: 1_000 },
        tableTimeoutSeconds: 5,
        classify: () => 'x',
        errorTypes: ['x'],
      },
    ],
    declares: true,
    rethrows: true,
  },
  describe: { valid: () => ['gauge', unused(''), { help: 'Fuzz.', labels: ['table'] }], declares: true },
  fastifyRoutes: { valid: () => [{ addHook: quiet }], declares: true },
  gauge: { valid: () => [unused(''), { help: 'Fuzz.', labels: ['table'], maxSeries: 5 }], declares: true },
  healthCheck: {
    valid: () => [unused(''), () => true, { timeoutSeconds: 1, cacheSeconds: 0, affects: 'report' }],
    declares: true,
  },
  histogram: {
    valid: () => [unused('_seconds'), { help: 'Fuzz.', labels: ['table'], buckets: [1, 2], maxSeries: 5 }],
    declares: true,
  },
  info: {
    valid: () => [unused('_info'), { help: 'Fuzz.', labels: ['version'], maxSeries: 5 }],
    declares: true,
  },
  instrumentPg: { valid: () => [{ query: async () => ({ rows: [] }) }], declares: true },
  log: { valid: () => [] },
  logRun: { valid: () => ['offload.table', { status: 'failed', duration_seconds: 1 }, new Error('no')] },
  measureRun: {
    valid: () => [
      { scope: 'fuzz', name: 'fuzz', attributes: ofTable, timeoutSeconds: 1, classify: () => 'x' },
      () => 1,
    ],
  },
  observeCache: { valid: () => [unused('')], declares: true, rethrows: true },
  observeConnections: {
    valid: () => [{ name: unused('') }, () => ({ used: 1, idle: 1, max: 2, pending: 0 })],
    declares: true,
  },
  observeHttpClient: { valid: () => [] },
  observeHttpServer: { valid: () => [] },
  observePool: {
    valid: () => [
      { totalCount: 1, idleCount: 1, waitingCount: 0, options: { max: 2 } },
      { name: unused('') },
    ],
    declares: true,
  },
  observeProcess: { valid: () => [] },
  processStore: { valid: () => [], opens: false },
  recordCycleComplete: {
    valid: () => [{ ...layered, status: 'partial', durationSeconds: 4, successful: 1, failed: 1, rows: 5 }],
  },
  recordDatabaseOperation: {
    valid: () => [{ system: 'postgresql', operation: 'SELECT', collection: 'prices', durationSeconds: 1 }],
  },
  recordOffloadFailure: { valid: () => [{ ...ofTable, errorType: 'timeout', durationSeconds: 4 }] },
  recordOffloadSuccess: { valid: () => [{ ...ofTable, rows: 5, durationSeconds: 4, watermark: 1_000 }] },
  retireOffload: { valid: () => [unused('')] },
  setConfiguredTables: { valid: () => [{ ...layered, count: 2 }] },
  setHttpRoute: { valid: () => [{}, '/prices/:id'] },
  setLogger: { valid: () => [{ debug: quiet, info: quiet, warn: quiet, error: quiet }] },
  setPipelineInfo: { valid: () => [{ ...layered, version: '1.0.0', intervalSeconds: 900 }] },
  sightglassProducer: { valid: () => [] },
  trackLag: { valid: () => [{ ...ofTable, watermark: () => 1_000 }] },
};

/** What is exported for those who write helpers, and what is thrown: no helpers themselves. */
const NO_HELPERS: ReadonlySet<string> = new Set([
  'DeclarationError',
  'Handles',
  'Lifecycle',
  'neverThrows',
  'showState',
]);

const exported = Object.entries({ ...core, ...service, ...pipeline }).filter(
  ([name, value]) => typeof value === 'function' && !NO_HELPERS.has(name),
) as [string, Subject['call']][];

/** The names of all functions that the packages export. */
export const exportedFunctions: readonly string[] = exported.map(([name]) => name).sort();

/** The names that have a valid call here. */
export const knownFunctions: readonly string[] = Object.keys(EXAMPLES).sort();

export const subjects: readonly Subject[] = exported.flatMap(([name, call]) => {
  const example = EXAMPLES[name];
  if (example === undefined) return [];
  const { valid, declares = false, opens = true, rethrows = false } = example;
  return {
    name,
    call,
    declares,
    opens,
    rethrows,
    get valid() {
      return valid();
    },
  };
});
