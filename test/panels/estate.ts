import { declareJob, type ScheduledJob } from '../scenario/world/job.ts';
import { cycle, failing, moved } from '../scenario/world/offload.ts';
import type { Process } from '../scenario/world/process.ts';
import { type ProcessFacts, say } from '../scenario/world/process-facts.ts';
import { Items } from '../scenario/world/queue.ts';
import type { Stage } from '../scenario/world/stage.ts';
import { declareSync } from '../scenario/world/sync.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../scenario/world/time.ts';
import { dataEstate } from './estate-data.ts';
import { type Load, serve } from './stories/served.ts';
import type { PanelStory } from './told.ts';

/*
 * What the pictures of the dashboards show: an estate with one job, table and route or with thirty of each, a day in which all is well or in which
 * some of it is not.
 */

const NOUNS = 'invoices reports prices mails backups quotas tokens feeds carts logs'.split(' ');
const VERBS = ['sync', 'clean', 'send'];
const JOBS = VERBS.flatMap((verb) => NOUNS.map((noun) => `${verb}-${noun}`));
const LAYERS = ['bronze', 'silver', 'gold'];
const INTERVALS = [1, 2, 3, 6];

/** When the incident begins, and when the picture is taken. */
const BEGINS = 22;
const LAST = 26;

interface Running {
  readonly job: ScheduledJob;
  readonly every: number;
  readonly takes: number;
}

/** An estate of so many of each thing. */
export function estate(name: string, count: number, isWell: boolean): PanelStory {
  const names = JOBS.slice(0, count - 1);
  return {
    name,
    dashboards: [
      'sightglass-offload',
      'sightglass-scheduler',
      'sightglass-system',
      'sightglass-slo',
      'sightglass-telemetry',
      'sightglass-api',
      'sightglass-queues',
      'sightglass-infrastructure',
      'sightglass-pipelines',
      'sightglass-pipeline-overview',
      'sightglass-datasets',
      'sightglass-collectors',
      'sightglass-anomalies',
      'sightglass-hosts',
      'sightglass-errors',
      'sightglass-sla',
    ],
    pace: SLOW_PACE,
    start: hours(1),
    async script(s, look) {
      s.other('prometheus', selfOf(0));
      const app = await s.start();
      app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      const sources = ['openrouter', 'featherless', 'mistral', 'groq'].slice(0, count === 1 ? 2 : 4);
      const sync = declareSync(s, app, {
        name: 'pricing-sync',
        intervalSeconds: hours(2),
        durationObjectiveSeconds: minutes(1),
        freshnessObjectiveSeconds: hours(4),
        sources,
        itemsObjective: 20 * sources.length,
      });
      const jobs = names.map((job, i): Running => {
        const every = INTERVALS[i % INTERVALS.length]!;
        const options = {
          name: job,
          intervalSeconds: hours(every),
          durationObjectiveSeconds: minutes(1),
          freshnessObjectiveSeconds: hours(2 * every),
        };
        return { job: declareJob(s, app, options), every, takes: 3 + ((7 * i) % 19) };
      });
      const tables = NOUNS.slice(0, Math.max(1, count / 3));
      const layers = LAYERS.slice(0, count === 1 ? 1 : 3).map((layer) =>
        app.pipeline.declareOffload({
          layer,
          tables: tables as readonly string[],
          intervalSeconds: minutes(30),
          lagObjectiveSeconds: minutes(90),
        }),
      );
      const work = queuesOf(s, app, count === 1 ? ['mails'] : NOUNS);
      let isBroken = false;
      app.core.gauge('queue_depth', { help: 'Depth.' }).observe(() => {
        if (isBroken) throw new Error('no connection');
        return 1;
      }, {});
      const orders = app.core.counter('orders_total', { help: 'Orders.' });
      orders.add(1);
      for (let half = 4; half <= 2 * LAST; half++) {
        await s.until(hours(half / 2));
        const isIll = !isWell && half / 2 >= BEGINS;
        isBroken = isIll;
        if (isIll) orders.add(Number.NaN);
        s.other('prometheus', selfOf(isIll ? half - 2 * BEGINS : 0));
        for (const [i, offload] of layers.entries()) {
          const plan = Object.fromEntries(
            tables.map((table, j) => [
              table,
              isIll && i === 0 && j === 0
                ? failing(new Error('disk full'), seconds(1))
                : moved({
                    takes: 1 + ((half + 3 * j) % 4),
                    rows: 20_000 * (1 + ((half + j) % 5)),
                    ...(isIll && i === 1 && j === 1 ? { watermark: 'none' as const } : {}),
                  }),
            ]),
          );
          await cycle(s, offload, plan);
        }
        if (half % 2 === 0) await runDue(half / 2, jobs, isIll, s);
        // Each at its own minute: what comes more than a minute early is taken for another run than the one that was due.
        await s.until(hours(half / 2) + minutes(13));
        if (half % 4 === 0)
          await sync.run(
            Object.fromEntries(
              sources.map((source, i) => [source, isIll && i === 0 ? 'fails' : 25 + ((half + 9 * i) % 12)]),
            ),
          );
        say(s, isIll ? SHORT_OF_ROOM : ROOM);
        const rest = hours((half + 1) / 2) - minutes(1) - s.now;
        await serve(s, half === 2 * LAST ? minutes(12) : rest, isIll ? ILL : WELL, routesOf(count), () =>
          work(isIll),
        );
      }
      await look(isWell ? 'all is well' : 'an incident');
    },
    beside: async (s) => {
      const names = NOUNS.slice(0, Math.max(1, count / 3));
      const layers = LAYERS.slice(0, count === 1 ? 1 : 3);
      const ills = isWell ? Number.POSITIVE_INFINITY : BEGINS;
      const databases = NOUNS.slice(0, count === 1 ? 1 : 6);
      const until = await dataEstate(s, names, layers, ills, (app) => collectorsOf(app, databases));
      await until(LAST + 0.4);
    },
  };
}

const WELL: Load = { requests: 40, cpu: 0.06, memory: 220e6, used: 3 };
const ILL: Load = { requests: 60, cpu: 0.5, memory: 640e6, used: 9, isIll: true };

const routesOf = (count: number): readonly string[] =>
  count === 1 ? ['/prices', '/models'] : JOBS.slice(0, count).map((name) => `/${name.replace('-', '/')}`);

const ROOM: ProcessFacts = { heap: [210e6, 1_000e6], files: [180, 4_096], late: 0.012 };
const SHORT_OF_ROOM: ProcessFacts = { heap: [905e6, 1_000e6], files: [2_900, 4_096], late: 0.31 };

/** Queues that a server of their own holds; gives a minute of their work. In the incident the first fills up with old items and the second fails. */
function queuesOf(s: Stage, { worker }: Process, names: readonly string[]): (isIll: boolean) => void {
  let minute = 0;
  const all = names.map((name, i) => {
    const items = new Items(s);
    items.change(3 + i);
    const queue = worker.declareQueue({
      name,
      capacity: 1_000,
      depth: items.read,
      maxWaitSeconds: minutes(5),
      durationObjectiveSeconds: 1,
      concurrency: 4,
    });
    return { items, queue, rate: 20 + ((7 * i) % 30) };
  });
  return (isIll) => {
    minute++;
    for (const [i, { items, queue, rate }] of all.entries()) {
      const size = rate + ((minute * (i + 2)) % 9);
      queue.enqueued(size);
      const isFull = isIll && i === 0;
      const isFailing = isIll && i === 1;
      if (isFull) items.change(9);
      else {
        items.change(size);
        items.change(-size);
      }
      const failed = isFailing ? Math.floor(size / 3) : 0;
      queue.observeBatch({
        size: isFull ? size - 9 : size,
        durationSeconds: 0.2 + ((minute + i) % 5) / 10,
        failed,
      });
      queue.recordEvent({ durationSeconds: 0.1, waitSeconds: isFull ? 240 : 1 + ((minute + i) % 7) });
      if (isFailing) queue.recordError('database_insert');
    }
  };
}

/** Collectors that ask a database each; gives a poll of all. In the incident a query of the first fails, and one of the second finds nothing. */
function collectorsOf(app: Process, databases: readonly string[]): (isIll: boolean) => Promise<void> {
  let isBroken = false;
  const read = app.core.gauge('rows_found', { help: 'Rows.' });
  const all = databases.map((database, i) =>
    app.pipeline.sqlCollector({
      name: database,
      pool: {
        query: async (sql: string) => {
          app.pass(0.02 + ((sql.length + i) % 5) / 100);
          if (isBroken && i === 0 && sql.includes('orders'))
            throw Object.assign(new Error('gone'), { code: '42P01' });
          return isBroken && i === 1 && sql.includes('stations') ? [] : [{ value: 1_000 * (i + 1) }];
        },
      },
      intervalSeconds: minutes(30),
      queries: Object.fromEntries(
        ['orders', 'stations', 'readings'].map((table) => [
          table,
          { sql: `select count(*) as value from ${table}`, sets: read },
        ]),
      ),
    }),
  );
  return async (isIll) => {
    isBroken = isIll;
    for (const collector of all) await collector.poll();
  };
}

/** What of the jobs goes wrong, by their places in the list. */
async function runDue(hour: number, jobs: readonly Running[], isIll: boolean, s: Stage): Promise<void> {
  for (const [i, { job, every, takes }] of jobs.entries()) {
    if (hour % every !== 0) continue;
    const ill = isIll ? i : -1;
    if (ill === 3) job.disable();
    if (ill === 3 || ill === 8) continue;
    if (ill === 4 && hour === BEGINS + 1) void job.run({ ends: 'never' });
    if (ill === 4) continue;
    await s.until(Math.max(s.now, hours(hour) + minutes(2) + 20 * i));
    await job.run({
      takes: ill === 12 ? 90 : takes + ((hour * (i + 3)) % 5),
      ...(ill === 0 || ill === 20 ? { ends: 'badly' as const } : {}),
      ...(ill === 16 ? { ends: 'in part' as const } : {}),
    });
  }
  await s.wait(1);
}

/** What Prometheus and Alertmanager say of themselves when so much was lost. */
const selfOf = (lost: number): string =>
  [
    `prometheus_rule_evaluation_failures_total{rule_group="rules/jobs.yml;jobs"} ${lost}`,
    'prometheus_rule_group_iterations_missed_total{rule_group="rules/jobs.yml;jobs"} 0',
    `prometheus_notifications_dropped_total ${3 * lost}`,
    'alertmanager_notifications_failed_total{integration="email",reason="other"} 0',
    'prometheus_tsdb_lowest_timestamp_seconds 1',
    '',
  ].join('\n');

export const estates: readonly PanelStory[] = [
  estate('one-well', 1, true),
  estate('one-incident', 1, false),
  estate('thirty-well', 30, true),
  estate('thirty-incident', 30, false),
];
