import { SIX_HOURLY } from '../../scenario/world/job.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import type { SyncOutcome } from '../../scenario/world/sync.ts';
import { minutes } from '../../scenario/world/time.ts';

/** What several services of the stories get on a schedule. */
export const SYNC = {
  ...SIX_HOURLY,
  sources: ['openrouter', 'featherless'],
  itemsObjective: 50,
} as const;
export const GOOD: SyncOutcome = { openrouter: 40, featherless: 20 };

/** What a service does for so long that is no job: requests, queries, CPU, memory, connections; `eachMinute` says what else happens in a minute of it. */
export async function serve(
  s: Stage,
  duration: number,
  load: Load,
  routes: readonly string[] = ['/models', '/prices', '/prices'],
  eachMinute: () => void = () => {},
): Promise<void> {
  const { authors, metrics, service } = s.process;
  const { declareEvents, recordDatabaseOperation } = service;
  const store = authors.processStore();
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

export const QUIET: Load = { requests: 6, cpu: 0.02, memory: 90e6, used: 2 };
