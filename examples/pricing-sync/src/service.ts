import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { log } from '@sightglass/core';
import { setHttpRoute } from '@sightglass/core/service';
import type { PriceStore } from './price-store.ts';
import type { PricingSync } from './pricing-sync.ts';

export interface ServiceOptions {
  readonly sync: PricingSync;
  readonly store: PriceStore;
  /** Starts a run by hand; its failure is already recorded. */
  readonly runNow: () => Promise<unknown>;
  readonly adminToken: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (match: readonly string[]) => Answer | Promise<Answer>;

interface Route {
  readonly method: 'GET' | 'POST';
  /** What the metrics call it. */
  readonly route: string;
  readonly path: RegExp;
  readonly handle: Handler;
}

/** Serves the prices to everyone, and the control of the sync to whoever holds the token. */
export function createService({ sync, store, runNow, adminToken }: ServiceOptions): Server {
  const status = async (): Promise<Answer> => {
    const { name, enabled, nextRun, sources } = sync;
    const [lastSuccess, providers] = [await store.lastSuccess(), await store.summary()];
    return { status: 200, body: { name, enabled, nextRun, sources, lastSuccess, providers } };
  };
  const routes: readonly Route[] = [
    {
      method: 'GET',
      route: '/prices/:provider',
      path: /^\/prices\/([\w-]{1,64})$/,
      handle: async ([, provider]) => ({ status: 200, body: await store.prices(provider!) }),
    },
    { method: 'GET', route: '/admin/sync', path: /^\/admin\/sync$/, handle: status },
    {
      method: 'POST',
      route: '/admin/sync/runs',
      path: /^\/admin\/sync\/runs$/,
      handle: () => {
        // It takes longer than whoever asks wants to wait, and has recorded its failure.
        runNow().catch(() => {});
        return { status: 202, body: { started: true } };
      },
    },
    {
      method: 'POST',
      route: '/admin/sync/enable',
      path: /^\/admin\/sync\/enable$/,
      handle: () => {
        sync.enable();
        return status();
      },
    },
    {
      method: 'POST',
      route: '/admin/sync/disable',
      path: /^\/admin\/sync\/disable$/,
      handle: () => {
        sync.disable();
        return status();
      },
    },
  ];
  return createServer(async (request, response) => {
    try {
      const answer = await answerOf(request, routes, adminToken);
      reply(response, answer);
    } catch (err) {
      log().error({ err }, 'A request could not be answered');
      reply(response, { status: 500, body: { error: 'internal error' } });
    }
  });
}

async function answerOf(
  request: IncomingMessage,
  routes: readonly Route[],
  adminToken: string,
): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const found = routes.filter(({ path }) => path.test(pathname));
  const [first] = found;
  if (first === undefined) return { status: 404, body: { error: 'not found' } };
  // A pattern, never the path that was sent.
  setHttpRoute(request, first.route);
  if (pathname.startsWith('/admin/') && !holdsToken(request, adminToken))
    return { status: 401, body: { error: 'a bearer token is needed' } };
  const route = found.find(({ method }) => method === request.method);
  if (route === undefined)
    return { status: 405, body: { error: `only ${found.map(({ method }) => method)}` } };
  return route.handle(route.path.exec(pathname) ?? []);
}

/** Compared in constant time, whatever the lengths. */
function holdsToken({ headers }: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  const headers = {
    'content-type': 'application/json',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
}
