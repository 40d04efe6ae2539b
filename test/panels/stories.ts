import { Database, declareCollector } from '../scenario/world/collector.ts';
import { BY_THE_CLOCK, declareJob, SIX_HOURLY, TEN_MINUTELY } from '../scenario/world/job.ts';
import { cycle, failing, moved, QUARTER_HOURLY } from '../scenario/world/offload.ts';
import type { Process } from '../scenario/world/process.ts';
import { say } from '../scenario/world/process-facts.ts';
import { servingThread } from '../scenario/world/processes.ts';
import { declareEvents, EVENTS, Items } from '../scenario/world/queue.ts';
import type { Stage } from '../scenario/world/stage.ts';
import { declareSync, type SyncOutcome } from '../scenario/world/sync.ts';
import { hours, minutes, type Pace, SLOW_PACE, seconds } from '../scenario/world/time.ts';
import { dataEstate } from './estate-data.ts';
import { mixtures } from './mixtures.ts';
import type { PanelStory } from './told.ts';

/*
 * What somebody sees who looks at the dashboards, when all is well and when it is not. The real helpers run, as in the stories of the rules. What they
 * see is in `pages/`, and every mutant of a panel must show there: so a story has two of each thing, no two numbers that are alike by accident, and is
 * looked at where a window begins and ends.
 */

/** Fine enough for cycles of a quarter of an hour, and for rates. */
const MINUTELY: Pace = { scrape: minutes(1), evaluation: minutes(1) };

/** For stories of a day and more. */
const COARSE: Pace = { scrape: minutes(5), evaluation: minutes(10) };

/** The clock of promtool begins at 0, where an age and a time are nearly the same. */
const START = minutes(15);

const offload: PanelStory = {
  name: 'offload',
  dashboards: ['sightglass-offload'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const { pipeline } = await s.start();
    const bronze = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes', 'orders'] });
    const silver = pipeline.declareOffload({
      layer: 'silver',
      tables: ['candles'],
      intervalSeconds: minutes(15),
      cycleDurationObjectiveSeconds: minutes(4),
      lagObjectiveSeconds: minutes(60),
    });
    const begun = s.now;
    pipeline.trackLag({ table: 'orders', watermark: () => begun });
    const both = async (plan: Parameters<typeof cycle<'trades' | 'quotes' | 'orders'>>[2], slow = false) => {
      await s.untilNext(minutes(15));
      await cycle(s, bronze, { ...plan, orders: moved({ rows: 7_000, watermark: 'none' }) });
      await cycle(s, silver, {
        candles: moved({ takes: seconds(slow ? 170 : 30), rows: slow ? 9_000 : 90_000 }),
      });
    };
    await both({ trades: moved({ takes: seconds(20), rows: 500_000 }) });
    await both({ quotes: moved({ takes: seconds(8), rows: 30_000 }) });
    await both({});
    await both({});
    await look('all is well');
    await both({ trades: failing(), quotes: moved({ takes: seconds(40), rows: 60_000 }) });
    await both({ trades: failing(new Error('timeout'), seconds(2)) }, true);
    await both({ trades: failing() }, true);
    await s.wait(minutes(2));
    await look('one table fails and another does not move');
    await both({ trades: failing(), quotes: failing() }, true);
    await s.wait(minutes(14));
    await look('before the next cycle');
    s.die();
    await s.wait(minutes(9));
    await look('the scheduler is gone');
    await s.wait(minutes(32));
    await look('it is back elsewhere, without one of its tables');
  },
  async beside(s) {
    await s.until(START + minutes(144));
    const { pipeline } = await s.start();
    const bronze = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes'] });
    for (let i = 0; i < 2; i++) {
      await s.untilNext(minutes(15));
      await cycle(s, bronze, { quotes: i === 0 ? failing() : moved({ takes: 0.5, rows: 0 }) });
    }
    s.die();
    await s.wait(10);
    (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes'] });
  },
};

const SYNC = {
  ...SIX_HOURLY,
  sources: ['openrouter', 'featherless'],
  itemsObjective: 50,
} as const;
const GOOD: SyncOutcome = { openrouter: 40, featherless: 20 };

const days: PanelStory = {
  name: 'job-days',
  dashboards: ['sightglass-scheduler'],
  pace: COARSE,
  start: hours(1),
  async script(s, look) {
    const app = await s.start();
    const sync = declareSync(s, app, SYNC);
    const reports = declareJob(s, app, {
      name: 'reports',
      intervalSeconds: hours(1),
      durationObjectiveSeconds: minutes(2),
      freshnessObjectiveSeconds: hours(3),
    });
    const cleanup = declareJob(s, app, { name: 'cleanup', intervalSeconds: hours(2) });
    const until = async (hour: number, report: (hour: number) => Parameters<typeof reports.run>[0]) => {
      for (let next = Math.floor(s.now / 3_600) + 1; next <= hour; next++) {
        await s.until(hours(next));
        await reports.run(report(next));
        if (next % 2 === 0) await cleanup.run({ takes: minutes(1) });
        if (next % 6 === 0)
          await sync.run(next === 12 ? { openrouter: 'fails', featherless: 'fails' } : GOOD);
      }
    };
    // What is older than a day counts no more, and half a day ago it was otherwise.
    await until(4, () => ({ ends: 'badly', takes: minutes(4) }));
    await until(16, (hour) => ({ takes: minutes(1) + hour }));
    await until(29, (hour) => (hour === 20 ? { ends: 'in part' } : { takes: seconds(20 + hour) }));
    await reports.run({ trigger: 'manual', ends: 'called off' });
    await s.wait(minutes(20));
    await look('all is well');
    await sync.run({ openrouter: 'fails', featherless: 30 }, 'manual');
    cleanup.disable();
    await until(31, () => ({ ends: 'badly', takes: minutes(3) }));
    await s.until(hours(32));
    await reports.run({ ends: 'badly', takes: minutes(3) });
    void reports.run({ ends: 'never' });
    await s.wait(minutes(40));
    await look('one job fails and hangs, another is disabled');
    s.die();
    await s.wait(hours(4));
    await look('the process is gone');
  },
};

/** What a time limit makes of a run. */
const timeout = () =>
  new Promise<void>((_, reject) => setTimeout(() => reject(new DOMException('too long', 'TimeoutError')), 1));

/** A process with a job for each state. */
function declared(s: Stage, app: Process) {
  const job = (name: string, more: object = {}, where?: 'elsewhere') =>
    declareJob(s, app, { ...TEN_MINUTELY, name, ...more }, where);
  return {
    well: job('well'),
    failing: job('failing'),
    failed: job('failed'),
    part: job('part'),
    limited: job('limited', { timeoutSeconds: 5 }),
    late: job('late', {}, 'elsewhere'),
    off: job('off'),
    busy: job('busy', { durationObjectiveSeconds: minutes(30) }),
    stuck: job('stuck'),
    stopped: job('stopped'),
    slow: job('slow', { overlap: 'skip' }),
    waiting: job('waiting', { intervalSeconds: hours(6), freshnessObjectiveSeconds: hours(8) }),
    never: job('never'),
    clock: declareJob(s, app, { ...BY_THE_CLOCK, name: 'clock' }),
    sync: declareSync(s, app, {
      ...TEN_MINUTELY,
      name: 'sync',
      sources: ['a', 'b', 'c', 'd'],
      itemsObjective: 50,
    }),
  };
}

/** Each job is in another state, so that the words for all of them, and their order, are seen. */
const states: PanelStory = {
  name: 'job-states',
  dashboards: ['sightglass-scheduler'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    s.other(
      'neighbour',
      'job_interval_seconds{job_name="well"} 600\nsightglass_process_start_timestamp_seconds{process_id="other"} 50',
    );
    const jobs = declared(s, await s.start());
    const brief = { takes: seconds(2) };
    for (let i = 0; i < 8; i++) {
      await s.untilNext(minutes(10));
      await jobs.well.run({ takes: seconds(2 + i) });
      await jobs.failing.run(i < 3 ? brief : { ...brief, ends: 'badly' });
      await jobs.failed.run(i < 7 ? brief : { ...brief, ends: 'badly' });
      await jobs.part.run(i < 4 ? brief : { ...brief, ends: 'in part' });
      await jobs.late.run({ ...brief, scheduledFor: s.now - (i < 7 ? 5 : 65) });
      await jobs.limited.run(i === 2 || i === 4 ? { during: () => timeout() } : brief);
      if (i < 5) await jobs.off.run({ ...brief, trigger: i === 4 ? 'manual' : 'scheduled' });
      if (i === 5) jobs.off.disable();
      if (i < 6) await jobs.stuck.run(brief);
      if (i === 6) void jobs.stuck.run({ ends: 'never' });
      if (i < 5) await jobs.stopped.run(brief);
      await jobs.slow.run(i < 7 ? brief : { ends: 'locked' });
      await jobs.never.run({ ...brief, ends: 'badly' });
      if (i < 6) await jobs.clock.run({ ...brief, ends: i === 3 ? 'called off' : 'well' });
      await jobs.sync.run({
        a: i < 6 ? 30 : 8,
        b: i === 3 ? 'can not be written' : 21,
        c: i < 4 ? 5 : 'fails',
        d: i === 5 ? 'times out' : 1,
      });
      if (i === 6) {
        jobs.sync.addSource('e');
        jobs.sync.retireSource('d');
      }
    }
    void jobs.busy.run({ ends: 'never' });
    void jobs.slow.run({ ends: 'never' });
    await jobs.slow.run();
    await s.wait(minutes(2));
    await look('each job is in another state');
    s.die();
    await s.wait(minutes(4));
    await look('their process is away');
    await s.wait(minutes(8));
    await look('their process is back elsewhere');
  },
  async beside(s) {
    const gone = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'gone' });
    for (let i = 0; i < 2; i++) {
      await s.untilNext(minutes(10));
      await gone.run();
    }
    s.die();
    await s.until(START + minutes(83));
    const jobs = declared(s, await s.start());
    const brief = { takes: seconds(2) };
    for (const job of [jobs.well, jobs.part, jobs.failing, jobs.slow]) await job.run(brief);
    await jobs.sync.run({ a: 30, b: 25 });
  },
};

/** What a service does for so long that is no job: requests, queries, CPU, memory, connections; `eachMinute` says what else happens in a minute of it. */
export async function serve(
  s: Stage,
  duration: number,
  load: Load,
  routes: readonly string[] = ['/models', '/prices', '/prices'],
  eachMinute: () => void = () => {},
): Promise<void> {
  const { processStore } = await import('@sightglass/core/authors');
  const { declareEvents, recordDatabaseOperation } = await import('@sightglass/core/service');
  const metrics = await import('@sightglass/core/metrics');
  const store = processStore();
  const pool = { db_client_connection_pool_name: 'main' };
  store.gauge(metrics.processResidentMemory).set(load.memory);
  store.gauge(metrics.processVirtualMemory).set(load.memory * 5);
  const connections = store.gauge(metrics.dbClientConnectionCount);
  connections.set(load.used, { ...pool, db_client_connection_state: 'used' });
  connections.set(10 - load.used, { ...pool, db_client_connection_state: 'idle' });
  store.gauge(metrics.dbClientConnectionMax).set(12, pool);
  store.gauge(metrics.dbClientConnectionPendingRequests).set(load.isIll ? 3 : 0, pool);
  const events = declareEvents({ kinds: ['page_view', 'click'] });
  for (const end = s.now + duration; s.now < end; ) {
    events.received('page_view', 4 * load.requests);
    events.received('click', load.requests);
    if (load.isIll) events.received('made up');
    for (let i = 0; i < load.requests; i++) {
      const isBad = load.isIll === true && i % 6 === 1;
      store.histogram(metrics.httpServerRequestDuration).record(isBad ? 2 : 0.02, {
        http_request_method: 'GET',
        http_route: routes[i % routes.length]!,
        http_response_status_code: isBad ? '500' : '200',
        url_scheme: 'http',
        error_type: '',
      });
      recordDatabaseOperation({
        system: 'postgresql',
        operation: i % 2 === 0 ? 'SELECT' : 'INSERT',
        collection: 'prices',
        durationSeconds: isBad ? 0.8 : 0.004,
        ...(isBad ? { error: new Error('disk full') } : {}),
      });
    }
    store.counter(metrics.processCpuSeconds).add(load.cpu * 60);
    eachMinute();
    await s.wait(minutes(1));
  }
}

export interface Load {
  readonly requests: number;
  readonly cpu: number;
  readonly memory: number;
  readonly used: number;
  /** Whether a sixth of the requests and queries is slow and fails, and callers wait for connections. */
  readonly isIll?: true;
}

const QUIET: Load = { requests: 6, cpu: 0.02, memory: 90e6, used: 2 };

const system: PanelStory = {
  name: 'system',
  dashboards: ['sightglass-system', 'sightglass-api', 'sightglass-infrastructure'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    s.other(
      'stranger',
      'process_cpu_seconds_total 5\nprocess_resident_memory_bytes 7\nprocess_virtual_memory_bytes 9',
    );
    const app = await s.start();
    app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    const { sources, itemsObjective } = SYNC;
    const sync = declareSync(s, app, { ...TEN_MINUTELY, sources, itemsObjective });
    const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
    await say(s, { heap: [120e6, 500e6], files: [210, 1_000], late: 0.02 });
    await serve(s, minutes(9), QUIET);
    await sync.run(GOOD);
    await serve(s, minutes(9), QUIET);
    await look('all is well');
    await sync.run({ openrouter: 'times out', featherless: 'can not be written' });
    await job.run({
      during: async () => {
        await say(s, { heap: [460e6, 500e6], files: [850, 1_000], late: 0.4 });
        await serve(s, minutes(5), { requests: 24, cpu: 0.7, memory: 2.1e9, used: 11, isIll: true });
        await look('a run loads the service');
      },
    });
    s.die();
    await s.wait(10);
    const again = await s.start();
    again.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    declareSync(s, again, { ...TEN_MINUTELY, sources, itemsObjective });
    await say(s, { heap: [420e6, 500e6], files: [300, 1_000], late: 0.03 });
    await serve(s, minutes(3), QUIET);
    await look('it has restarted');
  },
  async beside(s) {
    const app = await s.start();
    app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
    const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
    await say(s, { heap: [150e6, 600e6], files: [90, 2_000], late: 0.01 });
    await serve(s, minutes(9), { ...QUIET, requests: 3, cpu: 0.3, memory: 2e9 });
    await job.run({ takes: seconds(3) });
    await serve(s, minutes(9), { ...QUIET, requests: 3, cpu: 0.1, memory: 2e9 });
  },
};

const telemetry: PanelStory = {
  name: 'telemetry',
  dashboards: ['sightglass-telemetry'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const self = (failures: number) =>
      [
        `prometheus_rule_evaluation_failures_total{rule_group="rules/jobs.yml;jobs"} ${failures}`,
        `prometheus_rule_group_iterations_missed_total{rule_group="rules/jobs.yml;jobs"} ${2 * failures}`,
        `prometheus_notifications_dropped_total ${5 * failures}`,
        `alertmanager_notifications_failed_total{integration="email",reason="other"} ${7 * failures}`,
        '',
      ].join('\n');
    s.other('prometheus', self(0));
    const { core } = await s.start();
    const orders = core.counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 2 });
    let broken = false;
    core.gauge('queue_depth', { help: 'Depth.' }).observe(() => {
      if (broken) throw new Error('no connection');
      return 1;
    }, {});
    core.gauge('workers', { help: 'Workers.' }).observe(() => 1, {});
    orders.add(1, { customer: 'a' });
    orders.add(1, { customer: 'b' });
    await servingThread(async (thread) => {
      await s.wait(minutes(20));
      await look('all is well');
      await thread.freeze();
      broken = true;
      orders.add(1, { customer: 'c' });
      orders.add(Number.NaN, { customer: 'a' });
      s.setClock(-minutes(4));
      s.other('prometheus', self(3));
      await s.wait(minutes(10));
      await look('measurements are lost');
    });
    s.discover(false);
    await s.wait(minutes(10));
    await look('the target is no longer configured');
  },
};

const slos: PanelStory = {
  name: 'slos',
  dashboards: ['sightglass-slo'],
  pace: SLOW_PACE,
  start: hours(1),
  async script(s, look) {
    s.other('prometheus', 'prometheus_tsdb_lowest_timestamp_seconds 1');
    s.other(
      'young',
      'prometheus_tsdb_lowest_timestamp_seconds 30000\nprometheus_tsdb_time_retentions_total 3',
    );
    const app = await s.start();
    const job = declareJob(s, app, SIX_HOURLY);
    const often = declareJob(s, app, {
      name: 'reports',
      intervalSeconds: hours(1),
      durationObjectiveSeconds: minutes(2),
      freshnessObjectiveSeconds: hours(3),
    });
    const sync = declareSync(s, app, { ...SYNC, name: 'models' });
    const until = async (last: number, load: Load) => {
      for (let hour = Math.floor(s.now / 3_600) + 1; hour <= last; hour++) {
        await serve(s, minutes(30), load);
        await s.until(hours(hour));
        await often.run(hour % 7 === 0 ? { ends: 'badly' } : { takes: hour > 9 ? minutes(3) : seconds(30) });
        if (hour % 6 === 0) await job.run({ ends: hour === 12 ? 'badly' : 'well' });
        if (hour % 6 === 0) await sync.run(hour === 6 ? GOOD : { openrouter: 'fails', featherless: 20 });
      }
    };
    // A run that has just ended is counted by some rules one evaluation before others, and which ones depends on what else is asked.
    const settled = () => s.wait(minutes(20));
    await until(8, QUIET);
    await settled();
    await look('all is well');
    await until(14, { ...QUIET, requests: 12, isIll: true });
    await settled();
    await look('budgets are spent');
  },
};

/** A queue that replicas share, of which two processes read the same, one in the memory of a process, and one for each word that a panel has. */
const queues: PanelStory = {
  name: 'queues',
  dashboards: ['sightglass-queues'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const items = new Items(s);
    const mails = new Items(s);
    const app = await s.start();
    const events = declareEvents(app, items, { concurrency: 4 });
    const own = app.worker.declareQueue({
      name: 'mails',
      capacity: 40,
      depth: mails.read,
      maxWaitSeconds: minutes(3),
      durationObjectiveSeconds: 1,
      concurrency: 2,
    });
    const other = (name: string) => app.worker.declareQueue({ name, capacity: 100, depth: () => 0 });
    const [idle, failing, errors, dead] = ['idle', 'failing', 'errors', 'dead'].map((name) => other(name));
    app.worker.declareQueue({ name: 'longer', capacity: 100, depth: () => ({ deferred: 15 }) });
    /** A minute of all. */
    const minute = async (failed = 0, mailsFail = false) => {
      events.enqueued(20);
      events.observeBatch({ size: 20, durationSeconds: 4, failed });
      events.observeBatch({ size: 6, durationSeconds: 0.3 });
      own.enqueued(3);
      own.recordEvent({ durationSeconds: 0.7, waitSeconds: 8 });
      own.recordEvent({ durationSeconds: 1.5, waitSeconds: 90, attempt: 2 });
      failing!.observeBatch({ size: 3, durationSeconds: 8, failed: mailsFail ? 2 : 0 });
      errors!.observeBatch({ size: 7, durationSeconds: 2, failed: mailsFail ? 1 : 0 });
      if (mailsFail) {
        own.recordEvent({ outcome: 'timed_out', durationSeconds: 6, attempt: 3, dead: true });
        own.recordEvent({ outcome: 'stalled' });
        own.recordError('database_insert');
      }
      await s.wait(minutes(1));
    };
    items.change(30);
    mails.change(2);
    for (let i = 0; i < 18; i++) {
      items.change(20);
      items.change(-21);
      if (i === 15) mails.change(-2);
      await minute(i % 5 === 0 ? 3 : 0);
    }
    await look('one is longer than usual');
    items.change(90);
    mails.change(13);
    dead!.deadLettered(3);
    const working = own.begin();
    for (let i = 0; i < 14; i++) {
      events.recordError('aggregation_update');
      await minute(11, true);
    }
    await look('work fails, and some are longer than usual');
    mails.change(25);
    items.change(500);
    own.redriven(4);
    idle!.disable();
    await s.wait(minutes(8));
    await look('nothing moves, and they fill up');
    working();
    s.die();
    await s.wait(minutes(12));
    await look('the process is gone, and another that only looks at one is there');
  },
  async beside(s) {
    await s.until(START + minutes(3));
    const { worker } = await s.start();
    let ready = 25;
    // It does not say since when the oldest waits.
    worker.declareQueue({ ...EVENTS, shared: true, consumes: false, depth: () => ready });
    await s.until(START + minutes(19));
    ready = 102;
    await s.until(START + minutes(32));
    ready = 602;
  },
};

/** Two collectors, of which one query fails, one finds nothing and one is slow; then one of them is paused, and at last their process is gone. */
const collectors: PanelStory = {
  name: 'collectors',
  dashboards: ['sightglass-collectors'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const database = new Database(s);
    const app = await s.start();
    const quality = declareCollector(app, database);
    const orders = declareCollector(app, new Database(s), { name: 'orders', intervalSeconds: 120 });
    const both = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await quality.poll();
        if (i % 2 === 0) await orders.poll();
        await s.wait(minutes(1));
      }
    };
    database.takesSeconds = 0.03;
    await both(18);
    await look('all is well');
    database.takesSeconds = 0.08;
    database.breaks('57014', ['scores']);
    database.empties('rows');
    await both(7);
    await look('one query fails and another finds nothing');
    orders.disable();
    s.die();
    await s.wait(minutes(9));
    await look('the process is gone, and one collector was paused');
  },
};

/** What makes data: DAGs, data sets, numbers of runs, and the machine that all of it is on. */
const data: PanelStory = {
  name: 'data',
  dashboards: [
    'sightglass-pipelines',
    'sightglass-pipeline-overview',
    'sightglass-datasets',
    'sightglass-anomalies',
    'sightglass-hosts',
    'sightglass-errors',
    'sightglass-sla',
  ],
  pace: COARSE,
  start: hours(1),
  async script(s, look) {
    s.other('prometheus', 'prometheus_tsdb_lowest_timestamp_seconds 1');
    const until = await dataEstate(s, ['trades', 'quotes', 'orders', 'fills'], ['bronze'], 14);
    await until(12.96);
    await look('all is well');
    await until(16.96);
    await look('a DAG fails and one hangs, data are old, missing and wrong, and the machine is full');
    s.die();
    await s.wait(minutes(50));
    await look('the process is gone');
  },
};

export const panelStories: readonly PanelStory[] = [
  collectors,
  offload,
  states,
  days,
  system,
  telemetry,
  slos,
  queues,
  data,
  ...mixtures,
];
