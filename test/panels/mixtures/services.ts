import { Dice } from '../../scenario/tables/table.ts';
import { declareJob, TEN_MINUTELY } from '../../scenario/world/job.ts';
import type { Process } from '../../scenario/world/process.ts';
import { say } from '../../scenario/world/process-facts.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { declareSync, type SyncOutcome } from '../../scenario/world/sync.ts';
import { minutes, seconds } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';
import { EACH_MINUTE, Moods, quarters, story } from './moods.ts';

/* Services: requests, what they ask of others, databases, caches, pools, processes, health checks; two of them share everything but their names. */

const ROUTES = ['/prices', '/models', '/orders/:id', '/reports', ''];
const HOSTS = ['api.one', 'api.two', 'mail.example'];
const TABLES = ['prices', 'orders'];

const ROUTE_MOODS = ['well', 'well', 'slow', 'slower', 'fails', 'some fail', 'refuses', 'idle'] as const;
const SHARE_MOODS = ['well', 'well', 'much', 'full'] as const;
const SHARES = { well: 0.4, much: 0.86, full: 0.97 } as const;

type Minute = () => Promise<void>;

interface Serving {
  readonly app: Process;
  readonly minute: Minute;
  readonly run?: () => Promise<void>;
}

/** What a process does in each minute, by moods that change meanwhile. */
async function servingIn(s: Stage, app: Process, dice: Dice): Promise<Minute> {
  const { authors, metrics, service } = app;
  const { declareEvents, declareHttpObjectives, observeCache, recordDatabaseOperation } = service;
  const store = authors.processStore();
  const routes = ROUTES.filter(() => dice.maybe(0.8));
  const routeMoods = new Moods(dice, ROUTE_MOODS, EACH_MINUTE);
  const shares = new Moods(dice, SHARE_MOODS, EACH_MINUTE);
  const ok = new Moods(dice, ['ok', 'ok', 'not'], EACH_MINUTE);
  declareHttpObjectives({
    latencySeconds: dice.one(0.3, 0.5),
    errorRatio: dice.one(0.01, 0.05),
    routes: { '/reports': { latencySeconds: 5 } },
  });
  store.gauge(metrics.processStartTime).set(s.now);
  for (const check of ['database', 'queue'])
    app.core.healthCheck(check, () => ok.of(check) === 'ok', { affects: dice.one('readiness', 'report') });
  const caches = ['prices', 'sessions'].map((name) => observeCache(name));
  const events = declareEvents({ kinds: ['page_view', 'click'] });
  const pools = ['main', 'reports'].filter(() => dice.maybe(0.8));
  return async () => {
    for (const route of routes) {
      const mood = routeMoods.of(route);
      const count = mood === 'idle' ? 0 : 4 + Math.floor(dice.next() * 20);
      for (let i = 0; i < count; i++) {
        const isBad = mood === 'fails' ? i % 3 === 0 : mood === 'some fail' && i === 0;
        const status = isBad ? dice.one('500', '503') : mood === 'refuses' && i % 4 === 0 ? '404' : '200';
        store
          .histogram(metrics.httpServerRequestDuration)
          .record({ slow: 0.4, slower: 7 }[mood as string] ?? 0.02 + 0.01 * (i % 5), {
            http_request_method: dice.one('GET', 'POST'),
            ...(route === '' ? {} : { http_route: route }),
            http_response_status_code: status,
            url_scheme: 'http',
            error_type: isBad ? status : '',
          } as never);
      }
    }
    for (const host of HOSTS) {
      const mood = routeMoods.of(host);
      for (let i = 0; i < 5; i++) {
        const error =
          mood === 'fails' ? dice.one('timeout', '503') : mood === 'some fail' && i === 0 ? '500' : '';
        store.histogram(metrics.httpClientRequestDuration).record(mood === 'slow' ? 3 : 0.1, {
          http_request_method: 'GET',
          server_address: host,
          server_port: '443',
          http_response_status_code: /^\d/.test(error) ? error : error === '' ? '200' : '',
          url_scheme: 'https',
          error_type: error,
        } as never);
      }
    }
    for (const system of ['postgresql', 'mysql'])
      for (const collection of TABLES) {
        const mood = routeMoods.of(`${system} ${collection}`);
        for (let i = 0; i < 6; i++)
          recordDatabaseOperation({
            system,
            operation: i % 2 === 0 ? 'SELECT' : 'INSERT',
            collection,
            durationSeconds: mood === 'slow' ? 0.8 : mood === 'slower' ? 3 : 0.004 + 0.01 * (i % 3),
            ...(mood === 'fails' || (mood === 'some fail' && i === 0)
              ? { error: new Error('the disk is full') }
              : {}),
          });
      }
    for (const pool of pools) {
      const labels = { db_client_connection_pool_name: pool };
      const mood = shares.of(pool);
      const used = { well: 3, much: 9, full: 10 }[mood];
      const connections = store.gauge(metrics.dbClientConnectionCount);
      connections.set(used, { ...labels, db_client_connection_state: 'used' });
      connections.set(10 - used, { ...labels, db_client_connection_state: 'idle' });
      store.gauge(metrics.dbClientConnectionMax).set(10, labels);
      store.gauge(metrics.dbClientConnectionPendingRequests).set(mood === 'full' ? 4 : 0, labels);
    }
    for (const [i, cache] of caches.entries()) {
      const mood = routeMoods.of(`cache ${i}`);
      for (let n = 0; n < 10; n++)
        cache.record(
          'get',
          mood === 'idle' ? 'miss' : n < (mood === 'well' ? 9 : 4) ? 'hit' : n === 9 ? 'error' : 'miss',
        );
      cache.record('set', 'ok');
    }
    events.received('page_view', 4 + Math.floor(dice.next() * 9));
    if (dice.maybe(0.5)) events.received('click', 3);
    if (dice.maybe(0.1)) events.received('made up');
    store.counter(metrics.processCpuSeconds).add(60 * dice.next());
    store.gauge(metrics.processResidentMemory).set(dice.one(9e7, 4e8, 2.1e9));
    store.gauge(metrics.processVirtualMemory).set(9e9 + dice.next() * 1e9);
    const share = (what: string) => SHARES[shares.of(what)] + dice.next() / 100;
    say(s, {
      heap: [500e6 * share('heap'), 500e6],
      container: [1e9 * share('container'), 1e9],
      files: [Math.floor(1_000 * share('files')), 1_000],
      late: { well: 0.02, much: 0.3, full: 1.2 }[shares.of('late')],
    });
  };
}

const SOURCES = ['one', 'two'] as const;

/** What happens on one target of a service; with `syncs`, it gets prices as well. */
const serviceOf =
  (
    seed: number,
    job: string,
    { syncs = false, look }: { readonly syncs?: boolean; readonly look?: Look } = {},
  ) =>
  async (s: Stage): Promise<void> => {
    s.labelled({ job });
    const dice = new Dice(seed);
    const begins = async (): Promise<Serving> => {
      const app = await s.start();
      const minute = await servingIn(s, app, dice);
      if (!syncs) return { app, minute };
      const sync = declareSync(s, app, { ...TEN_MINUTELY, sources: SOURCES, itemsObjective: 50 });
      const reports = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
      const outcome = (): SyncOutcome[string] =>
        dice.one<SyncOutcome[string]>(40, 30, 'fails', 'times out', 'can not be written');
      return {
        app,
        minute,
        run: async () => {
          await sync.run({ one: outcome(), two: outcome() });
          await reports.run({ takes: seconds(dice.one(5, 50)), ends: dice.one('well', 'badly') });
        },
      };
    };
    await quarters(s, dice, look, begins, async (now) => {
      if (dice.maybe(0.7)) await now.run?.();
      const end = s.now + minutes(8);
      while (s.now < end) {
        await now.minute();
        await s.wait(minutes(1));
      }
    });
  };

export const services: readonly PanelStory[] = [
  story(
    'service',
    ['sightglass-system', 'sightglass-api', 'sightglass-infrastructure', 'sightglass-errors'],
    [
      (s, look) => serviceOf(7, 'prices', { syncs: true, look })(s),
      serviceOf(8, 'prices', { syncs: true }),
      serviceOf(9, 'orders'),
    ],
  ),
];
