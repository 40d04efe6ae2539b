import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { counter } from '@sightglass/core';
import * as pipeline from '@sightglass/pipeline';
import * as scheduler from '@sightglass/scheduler';

/** An exported function with a call of it that works, which the fuzz then spoils. */
export interface Subject {
  readonly name: string;
  readonly call: (...args: never[]) => unknown;
  /** Arguments of a valid call; made anew for each, because a name can be declared once. */
  readonly valid: readonly unknown[];
  /** A declaration may refuse what it is given, with a `DeclarationError` or an `OptionsError`; nothing else may throw. */
  readonly declares: boolean;
  /** Whether what it gives back runs the caller's work, and throws the work's own error on. */
  readonly rethrows: boolean;
}

type Example = Partial<Omit<Subject, 'name' | 'call' | 'valid'>> & {
  readonly valid: () => readonly unknown[];
  /** How it is called, where that is not by its arguments alone. */
  readonly call?: (...args: never[]) => unknown;
};

/** What the packages have given to the work of the last call: their functions and objects, to be called as well. */
export const handed: unknown[] = [];

const layered = { layer: 'bronze' };
const ofTable = { table: 'trades', ...layered };
const ofDataset = { dataset: 'measurements', layer: 'gold' };
const ofQueue = { queue: 'events' };
const quiet = () => {};
/** Work that hands on what it is given first, if it is of ours (a run, a cycle, a source), so that the fuzz calls the methods of that too. */
export const work = (given: unknown) => {
  if (typeof given === 'object' && given !== null && Object.isFrozen(given)) handed.push(given);
};
const things = counter('fuzz_things_total', { help: 'Fuzz.', labels: ['table'] });
const intervalJob = scheduler.declareJob({ name: 'fuzz_interval', intervalSeconds: 3_600 });
const cronJob = scheduler.declareJob({ name: 'fuzz_cron', schedule: '0 2 * * *' });
const sync = scheduler.declareSync({
  name: 'fuzz_sync',
  intervalSeconds: 3_600,
  sources: ['acme', 'globex'],
});

const dag = pipeline.declareDag({
  id: 'fuzz_dag',
  intervalSeconds: 3_600,
  slaSeconds: 60,
  tasks: { a: {}, b: {} },
});
/** A run, of which tasks can be called as long as the fuzz lasts. */
const run = await new Promise<unknown>((resolve) => void pipeline.dagRun(dag, resolve));
const dataPipeline = pipeline.declarePipeline({ name: 'fuzz_pipeline', layers: ['bronze'] });

/** A scheduler that calls when the fuzz does. */
class Cron {
  constructor(_pattern: string, options: { readonly protect?: unknown }, start: unknown) {
    handed.push(start, options?.protect);
  }
}
const nodeCron = {
  schedule: (_expression: string, start: unknown) => {
    handed.push(start);
    return { on: (_event: string, listener: unknown) => void handed.push(listener) };
  },
};

let count = 0;
const unused = (suffix: string): string => `fuzz_${count++}${suffix}`;

/** A valid call of every function that the packages export, by its name. */
const EXAMPLES: { readonly [name: string]: Example } = {
  InstrumentJob: {
    // A decorator: what it makes of a method is what is called.
    call: (job, method) => {
      const descriptor = { value: method };
      scheduler.InstrumentJob(job)({}, 'run', descriptor);
      return descriptor.value;
    },
    valid: () => [intervalJob, work],
    declares: true,
    rethrows: true,
  },
  attachMeterProvider: { valid: () => [{ getMeter: () => createNoopMeter() }] },
  bullmqDepth: {
    valid: () => [
      {
        name: 'fuzz_bull',
        getJobCounts: async () => ({ waiting: 1 }),
        getJobs: async () => [{ timestamp: 1_000 }],
        isPaused: async () => false,
      },
    ],
    declares: true,
    rethrows: true,
  },
  bullmqProcessor: { valid: () => [intervalJob, work], declares: true, rethrows: true },
  bullmqRepeat: { valid: () => [cronJob], declares: true },
  byHand: { valid: () => [{ trigger: 'event', signal: AbortSignal.timeout(5) }] },
  classifyError: { valid: () => [new Error('no')] },
  isServedElsewhere: { valid: () => [] },
  numberOf: { valid: () => [1] },
  outliveIdle: { valid: () => [{ on() {}, listenerCount: () => 1 }] },
  isFirst: { valid: () => [{}, 'watched'] },
  counter: {
    valid: () => [
      unused('_total'),
      { help: 'Fuzz.', labels: { table: String, way: ['in', 'out'] }, unit: '{row}', maxSeries: 5 },
    ],
    declares: true,
  },
  createExposition: {
    valid: () => [{ collectTimeoutMs: 5, scopeLabels: true, resourceAttributes: ['service.name'] }],
    declares: true,
  },
  dagRun: { valid: () => [dag, work, { trigger: 'manual' }], declares: true, rethrows: true },
  dagTask: { valid: () => [run, 'a', work], rethrows: true },
  declareDag: {
    valid: () => [
      {
        id: unused(''),
        schedule: '0 2 * * *',
        slaSeconds: 7_200,
        tasks: { a: { retries: 1 }, b: { after: ['a'] } },
      },
    ],
    declares: true,
  },
  declareDagScheduler: { valid: () => [{ name: unused(''), heartbeatSeconds: 30 }], declares: true },
  declarePipeline: {
    valid: () => [{ name: unused(''), layers: ['bronze'], activeConsumers: () => 2 }],
    declares: true,
  },
  declareJob: {
    valid: () => [
      {
        name: 'fuzz_declared',
        schedule: '0 2 * * *',
        timezone: 'Europe/Berlin',
        durationObjectiveSeconds: 60,
        freshnessObjectiveSeconds: 600,
        successObjectiveRatio: 0.9,
        timeoutSeconds: 5,
        overlap: 'skip',
        retries: 1,
        enabled: true,
        lastSuccess: () => new Date(1_000),
        logLevel: 'warn',
        classify: () => 'x',
        errorTypes: ['x'],
      },
    ],
    declares: true,
  },
  declareStatistic: {
    valid: () => [
      {
        name: unused(''),
        kind: 'volume',
        method: 'robust',
        sensitivity: 3,
        direction: 'up',
        window: 10,
        leastRuns: 3,
        spreadFloorRatio: 0.05,
        leastSpread: 1,
        history: { load: () => [1, 2, 3], save: quiet },
        owner: 'team',
      },
    ],
    declares: true,
  },
  recordStatistic: { valid: () => [{ statistic: 'fuzz_statistic', kind: 'volume', value: 5 }] },
  redact: { valid: () => [{ password: 'x', url: 'postgres://u:x@db' }] },
  retireStatistic: { valid: () => [unused(''), 'volume'] },
  statisticsOf: { valid: () => [[1, 2, 3]] },
  anomalyScore: { valid: () => [3, 2, 1, { ratio: 0.05, least: 0 }] },
  recordDocuments: {
    valid: () => [
      {
        from: { definitionName: 'nightly', checks: [{ table: 'orders', outcome: 'pass' }] },
        dataset: (name: string) => ({ dataset: name, layer: 'gold' }),
        maxBytes: 1_000,
      },
    ],
  },
  declareDataset: {
    valid: () => [
      {
        name: unused(''),
        layer: 'gold',
        freshnessObjectiveSeconds: 600,
        freshnessWarningSeconds: 300,
        updateIntervalSeconds: 60,
        newest: () => new Date(1_000),
        suites: ['daily'],
        checkIntervalSeconds: { daily: 60 },
        scoreObjectiveRatio: 0.9,
        scoreWarningRatio: 0.95,
        completenessObjectiveRatio: 0.9,
        volume: { min: 1, max: 10 },
        values: { pm25: { min: 0, max: 10 } },
        columns: { pm25: 'real' },
        owner: 'team',
        pages: true,
      },
    ],
    declares: true,
  },
  keepQualityChecks: {
    valid: () => [{ pool: { query: async () => {} }, table: 'checks', capacity: 5, timeoutSeconds: 1 }],
  },
  qualityChecksTable: { valid: () => ['quality.checks'], declares: true },
  recordCompleteness: { valid: () => [{ ...ofDataset, expected: 10, found: 9, gaps: 1 }] },
  recordQualityCheck: {
    valid: () => [
      {
        ...ofDataset,
        suite: 'daily',
        evaluated: 4,
        failed: 1,
        warned: 1,
        failures: [{ expectation: 'not null', column: 'pm25', severity: 'error', observed: 3, message: 'x' }],
        error: undefined,
        at: new Date(),
      },
    ],
  },
  recordSchema: { valid: () => [{ ...ofDataset, columns: { pm25: 'real' } }] },
  recordValueRange: { valid: () => [{ ...ofDataset, column: 'pm25', min: 0, max: 3, outOfRange: 0 }] },
  recordVolume: { valid: () => [{ ...ofDataset, rows: 5, lateRows: 1 }] },
  retireDataset: { valid: () => [{ dataset: unused(''), layer: 'gold' }] },
  trackFreshness: { valid: () => [{ ...ofDataset, newest: () => new Date(1_000) }] },
  declareOffload: {
    valid: () => [
      {
        layer: unused(''),
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
  declareQueue: {
    valid: () => [
      {
        name: 'fuzz_queue',
        capacity: 10,
        maxWaitSeconds: 60,
        durationObjectiveSeconds: 5,
        errorObjectiveRatio: 0.1,
        depth: () => ({ ready: 3, dead: 0, oldestReady: 1_000 }),
        shared: true,
        consumes: true,
        concurrency: 2,
        errorTypes: ['x'],
        classify: () => 'x',
        timeoutSeconds: 5,
        owner: 'ann',
        pages: false,
      },
    ],
    declares: true,
    // `batch` and `process` run the caller's work.
    rethrows: true,
  },
  declareSync: {
    valid: () => [
      {
        name: 'fuzz_declared_sync',
        intervalSeconds: 3_600,
        sources: ['acme', 'globex'],
        itemsObjective: 10,
        sourceTimeoutSeconds: 5,
        sourceLastSuccess: () => new Date(1_000),
      },
    ],
    declares: true,
  },
  describe: { valid: () => ['gauge', unused(''), { help: 'Fuzz.', labels: ['table'] }], declares: true },
  every: { valid: () => [intervalJob, work], declares: true },
  fastifyRoutes: { valid: () => [{ addHook: quiet }], declares: true },
  honoRoutes: { valid: () => [{ use: quiet }], declares: true },
  koaRoutes: { valid: () => [{ use: quiet }], declares: true },
  gauge: {
    valid: () => [unused(''), { help: 'Fuzz.', labels: ['table'], maxSeries: 5, expiresAfterSeconds: 60 }],
    declares: true,
  },
  healthCheck: {
    valid: () => [unused(''), () => true, { timeoutSeconds: 1, cacheSeconds: 0, affects: 'report' }],
    declares: true,
  },
  histogram: {
    valid: () => [unused('_seconds'), { help: 'Fuzz.', labels: ['table'], buckets: [1, 2], maxSeries: 5 }],
    declares: true,
    // `time` runs the caller's work.
    rethrows: true,
  },
  info: {
    valid: () => [unused('_info'), { help: 'Fuzz.', labels: ['version'], maxSeries: 5 }],
    declares: true,
  },
  instrumentBullmq: {
    valid: () => [
      {
        name: 'fuzz_bull',
        opts: { concurrency: 2 },
        on: (_event: string, listener: unknown) => void handed.push(listener),
        callProcessJob: async () => 1,
      },
      {
        queue: {
          name: 'fuzz_bull',
          getJobCounts: async () => ({ waiting: 1 }),
          getJobs: async () => [{ timestamp: 1_000 }],
          isPaused: async () => false,
          add: async () => 1,
          addBulk: async () => [1],
        },
        maxWaitSeconds: 60,
      },
    ],
    declares: true,
    rethrows: true,
  },
  instrumentGraphileWorker: {
    valid: () => [
      { on: (_event: string, listener: unknown) => void handed.push(listener) },
      {
        name: 'fuzz_graphile',
        tasks: ['mail'],
        pool: { query: async () => ({ rows: [{ ready: 1 }] }) },
        maxWaitSeconds: 60,
      },
    ],
    declares: true,
    rethrows: true,
  },
  instrumentJob: { valid: () => [intervalJob, work, 'elsewhere'], declares: true, rethrows: true },
  instrumentPgBoss: {
    valid: () => [
      {
        work: async (...args: readonly unknown[]) => void handed.push(args.at(-1)),
        offWork: async () => {},
        send: async () => 'id',
        insert: async () => ['id'],
        getDb: () => ({ executeSql: async () => ({ rows: [{ ready: 1 }] }) }),
        on: (_event: string, listener: unknown) => void handed.push(listener),
      },
      { name: 'fuzz_boss', maxWaitSeconds: 60 },
    ],
    declares: true,
    rethrows: true,
  },
  instrumentMysql: {
    valid: () => [{ query: () => ({ on: quiet }), execute: () => ({ on: quiet }) }],
    declares: true,
  },
  instrumentRedis: {
    valid: () => [{ sendCommand: async () => 'OK', on: quiet, off: quiet }],
    declares: true,
  },
  instrumentPg: { valid: () => [{ query: async () => ({ rows: [] }) }], declares: true },
  log: { valid: () => [] },
  logFrom: { valid: () => ['warn'] },
  logRun: { valid: () => ['offload.table', { status: 'failed', duration_seconds: 1 }, new Error('no')] },
  loggerOptions: { valid: () => [{ serviceName: 'fuzz', level: 'info' }], declares: true },
  metricsHandler: {
    valid: () => [{ auth: { username: 'prometheus', password: 'secret' }, collectTimeoutMs: 5 }],
    declares: true,
  },
  metricsWith: { valid: () => [{ things }, 'table'], declares: true },
  measureRun: {
    valid: () => [
      { scope: 'fuzz', name: 'fuzz', attributes: ofTable, timeoutSeconds: 1, classify: () => 'x' },
      () => 1,
    ],
  },
  neverThrows: { valid: () => [things, () => {}], declares: true },
  observeBatch: { valid: () => [{ ...ofQueue, size: 10, durationSeconds: 1, failed: 2, timedOut: true }] },
  observeCache: { valid: () => [unused('')], declares: true, rethrows: true },
  observeConnections: {
    valid: () => [{ name: unused('') }, () => ({ used: 1, idle: 1, max: 2, pending: 0 })],
    declares: true,
  },
  observeHttpClient: { valid: () => [] },
  declareEvents: { valid: () => [{ kinds: ['click'] }], declares: true },
  declareHttpObjectives: {
    valid: () => [{ errorRatio: 0.01, routes: { '/orders/:id': { latencySeconds: 5 } } }],
    declares: true,
  },
  observeHttpServer: { valid: () => [{ objectives: { latencySeconds: 0.3 } }], declares: true },
  observePool: {
    valid: () => [
      { totalCount: 1, idleCount: 1, waitingCount: 0, options: { max: 2 } },
      { name: unused('') },
    ],
    declares: true,
  },
  observeProcess: { valid: () => [] },
  pgBossHandler: { valid: () => [cronJob, work], declares: true, rethrows: true },
  // Nothing listens on the port: that the flush rejects is what it says it does.
  pushgateway: { valid: () => ['http://127.0.0.1:1', { job: 'fuzz' }], declares: true, rethrows: true },
  processStore: { valid: () => [] },
  recordCycleComplete: {
    valid: () => [{ ...layered, status: 'partial', durationSeconds: 4, successful: 1, failed: 1, rows: 5 }],
  },
  recordDatabaseOperation: {
    valid: () => [{ system: 'postgresql', operation: 'SELECT', collection: 'prices', durationSeconds: 1 }],
  },
  recordDeadLetters: { valid: () => [{ ...ofQueue, items: 2 }] },
  recordEnqueued: { valid: () => [{ ...ofQueue, items: 2 }] },
  recordEvent: {
    valid: () => [
      { ...ofQueue, outcome: 'failed', durationSeconds: 1, waitSeconds: 2, attempt: 3, dead: true },
    ],
  },
  recordOffloadFailure: { valid: () => [{ ...ofTable, errorType: 'timeout', durationSeconds: 4 }] },
  recordOffloadSuccess: { valid: () => [{ ...ofTable, rows: 5, durationSeconds: 4, watermark: 1_000 }] },
  recordRedriven: { valid: () => [{ ...ofQueue, items: 2 }] },
  recordSyncRun: {
    valid: () => [
      {
        name: 'fuzz_sync',
        trigger: 'manual',
        status: 'partial',
        durationSeconds: 4,
        sources: [
          { source: 'acme', items: 5, requestSeconds: [0.1] },
          { source: 'globex', errorType: 'timeout' },
        ],
      },
    ],
  },
  retireJob: { valid: () => [unused('')] },
  recordWorkerError: { valid: () => [{ ...ofQueue, errorType: 'database_insert', cause: new Error('no') }] },
  retireOffload: { valid: () => [unused('')] },
  dataHealth: {
    valid: () => [
      { pool: { query: async () => [{ newest: new Date() }] }, newest: 'select', maxAgeSeconds: 60 },
    ],
    declares: true,
  },
  healthReport: { valid: () => [] },
  retireSqlCollector: { valid: () => [unused('')] },
  sqlCollector: {
    valid: () => [
      {
        name: 'fuzz_collector',
        pool: { query: async () => [{ table: 'a', value: 3 }] },
        intervalSeconds: 60,
        timeoutSeconds: 1,
        replicas: () => true,
        queries: {
          added: { sql: 'select', adds: things },
          read: { sql: 'select', reads: (rows: readonly unknown[]) => rows.length },
        },
      },
    ],
    declares: true,
  },
  stopSqlCollectors: { valid: () => [] },
  retireQueue: { valid: () => [unused('')] },
  runOnce: { valid: () => [intervalJob, work, { flush: quiet }], declares: true, rethrows: true },
  scheduleCroner: {
    valid: () => [Cron, cronJob, work, { name: unused(''), protect: true }],
    declares: true,
    rethrows: true,
  },
  scheduleNodeCron: {
    valid: () => [nodeCron, cronJob, work, { noOverlap: true }],
    declares: true,
    rethrows: true,
  },
  setConfiguredTables: { valid: () => [{ ...layered, count: 2 }] },
  setHttpRoute: { valid: () => [{}, '/prices/:id'] },
  setLogger: { valid: () => [{ debug: quiet, info: quiet, warn: quiet, error: quiet }], declares: true },
  setPipelineInfo: { valid: () => [{ ...layered, version: '1.0.0', intervalSeconds: 900 }] },
  sightglassProducer: { valid: () => [] },
  stopJobs: { valid: () => [] },
  stopQueues: { valid: () => [] },
  pipelineRun: { valid: () => [dataPipeline, work], rethrows: true },
  recordRecords: { valid: () => [{ ...layered, count: 3, status: 'success' }] },
  retireDag: { valid: () => [unused('')] },
  retirePipeline: { valid: () => [unused('')] },
  stopDags: { valid: () => [] },
  syncRun: { valid: () => [sync, work], declares: true, rethrows: true },
  syncWork: { valid: () => [sync, work], declares: true, rethrows: true },
  traceFields: { valid: () => [] },
  trackLag: { valid: () => [{ ...ofTable, watermark: () => 1_000 }] },
  trackQueue: { valid: () => [{ ...ofQueue, depth: async () => 3 }] },
  withinSeconds: { valid: () => [1, () => 1], rethrows: true },
};

/** The exported functions that are not fuzzed, each with the reason. */
const EXCLUDED: { readonly [name: string]: string } = {
  AllSourcesFailed: 'an error that the packages make, not the host',
  DeclarationError: 'an error that the packages make, not the host',
  UpstreamFailed: 'an error that the packages make, not the host',
  OptionsError: 'an error that the packages make, not the host',
  Handles: 'for authors of helpers, under neverThrows: it may throw what the labels of the host throw',
  Lifecycle: 'for authors of domains: it shows a state on the gauge that it is given',
  showState: 'for authors of domains, on a gauge of theirs',
  givenOptions: 'for authors of domains, within a declaration: it throws what a getter of the options throws',
  longNames: 'for authors of domains, within a declaration: it throws what a getter of the options throws',
  subjectOf: 'for authors of domains, within a declaration: what is declared is a text of their own',
  unknownNames: 'for authors of domains, within a declaration: it throws what a getter of the options throws',
  readable: 'for authors of adapters: it gives back what it is given to call, without looking at it',
  around:
    'for authors of adapters, on an object of the host: base/host-object.test.ts gives it every kind of wrong one',
  after: 'for authors of adapters, as `around`',
  listen: 'for authors of adapters, as `around`',
  readCron:
    'for authors of domains, within a declaration: schedule/cron/read.test.ts gives it every kind of wrong one',
  checkStarts: 'for authors of domains, within a declaration, as `readCron`',
  timetableOf: 'for authors of domains, on what `checkStarts` found sound',
  CronTimetable: 'for authors of domains, on what `readCron` gave',
  timeOf: 'for authors of domains, where plain JavaScript gives a time: it takes anything',
  instants: 'for authors of domains, with the name of a metric',
  StartWatch: 'for authors of domains, on gauges of theirs',
  watchTimers: 'for authors of domains; it takes nothing',
  withRetries: 'for authors of domains, under measureRun: it throws what the work throws',
  addInOrder: 'for authors of domains, on a list of theirs',
  takeOut: 'for authors of domains, as `addInOrder`',
  sharedInProcess: 'for authors of domains: it throws what `create` throws, at the first use of a process',
  startEndpoint:
    'binds whatever address it is given: endpoint/hostile.test.ts and listen.test.ts give it wrong ones',
  startTelemetry:
    'sets up the one SDK of the process: setup/telemetry.test.ts gives it every kind of wrong option',
  serveProcesses: 'binds a socket for the whole process: processes/processes.test.ts gives it wrong options',
  fakeClock: 'for tests of a host, where a mistake is to throw',
  readExposition: 'for tests of a host; it takes nothing, and the fuzz itself reads with it',
  readMetric: 'for tests of a host, where a mistake is to throw',
  resetMetrics: 'for tests of a host; it takes nothing',
};

/** The methods of what is given back that are not fuzzed, each with the reason. */
export const EXCLUDED_METHODS: { readonly [name: string]: string } = {
  'dataHealth(…).handler': 'an HTTP server calls it, with its own requests',
  'processStore(…)':
    'for authors: the instruments that it gives are those of `counter` and its like, and a store is not called by hosts',
  'metricsHandler(…)':
    'an HTTP server calls it, with its own requests: endpoint/hostile.test.ts sends hostile ones',
  'loggerOptions(…).redact.censor': "pino's own protocol: pino alone calls it, with its own arguments",
  'loggerOptions(…).hooks.logMethod': "pino's own protocol: pino alone calls it, with its own arguments",
};

const ROOT = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly exports: { readonly [entry: string]: unknown };
}

/** Every entry of every package, as a host imports it. */
async function everyEntry(): Promise<{ readonly [name: string]: unknown }[]> {
  const manifests = globSync('packages/*/package.json', { cwd: ROOT }).map(
    (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest,
  );
  const entries = manifests.flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => name + entry.slice(1)),
  );
  return Promise.all(entries.map((entry) => import(/* @vite-ignore */ entry)));
}

const entries = (await everyEntry()).flatMap((entry) => Object.entries(entry));

/** Everything that the packages export, by name. */
export const exported: ReadonlyMap<string, unknown> = new Map(entries);

/** The names under which entries export different things. */
export const exportedTwice: readonly string[] = [
  ...new Set(entries.filter(([name, value]) => exported.get(name) !== value).map(([name]) => name)),
];

/** The names of all functions that the packages export. */
export const exportedFunctions: readonly string[] = [...exported]
  .filter(([, value]) => typeof value === 'function')
  .map(([name]) => name)
  .sort();

/** The names that are fuzzed, or excluded with a reason. */
export const knownFunctions: readonly string[] = [...Object.keys(EXAMPLES), ...Object.keys(EXCLUDED)].sort();

export const subjects: readonly Subject[] = Object.entries(EXAMPLES).map(([name, example]) => {
  const { valid, declares = false, rethrows = false } = example;
  return {
    name,
    call: example.call ?? (exported.get(name) as Subject['call']),
    declares,
    rethrows,
    get valid() {
      return valid();
    },
  };
});
