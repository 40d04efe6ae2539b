import type { IncomingMessage, ServerResponse } from 'node:http';
import { createExposition, EXPOSITION_OPTIONS, type ExpositionOptions } from '../exposition/index.ts';
import { type HealthChecks, type HealthReport, processHealth } from '../health/index.ts';
import { log } from '../logging/index.ts';
import { ignoreHttpRequest } from '../service/http/server-request.ts';
import { type Answer, json, send, text } from './answer.ts';
import { authProblems, type EndpointAuth, guardOf } from './auth.ts';
import type { HostCheck } from './hosts.ts';
import { OptionsError, readOptions } from './options-error.ts';
import { Scrapes } from './scrapes.ts';

/** What the handler serves, and to whom. */
export interface HandlerOptions extends Omit<ExpositionOptions, 'store'> {
  /** Asked for on `/metrics`, `/health` and the index page. The probes stay open: they say yes or no and nothing else. Default: none. */
  readonly auth?: EndpointAuth;
}

export const HANDLER_OPTIONS: readonly string[] = [...EXPOSITION_OPTIONS, 'auth'];

/** Answers one page, whatever path the request was sent to. Never rejects. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Answers `/metrics`, `/livez`, `/readyz` and `/health`; anything else is left alone. True when the request was answered.
 * With a third argument it is a middleware (`app.use(metricsHandler())`), which is called at once for what was left alone: what it throws goes to whoever
 * called, as from any middleware. Never rejects.
 *
 * At another path: on a route of its own in Express (`app.get('/internal/metrics', handler)`) or Fastify (after `reply.hijack()`) it answers the page that
 * the last part of the path names; `handler.metrics`, `handler.health`, `handler.livez` and `handler.readyz` answer theirs at any path, in any server.
 */
export interface MetricsHandler {
  (request: IncomingMessage, response: ServerResponse, next?: () => void): Promise<boolean>;
  readonly metrics: PageHandler;
  readonly health: PageHandler;
  readonly livez: PageHandler;
  readonly readyz: PageHandler;
}

/** What `createExposition` makes. */
export type Renders = ReturnType<typeof createExposition>;

/**
 * A handler for the host's own HTTP server, Express or Connect (`app.use`), or Fastify (`reply.hijack()`, then `request.raw`, `reply.raw`).
 * Give `sdk` to serve a host-owned SDK's metrics too. Throws an `OptionsError` when `auth` is wrong, and
 * a `DeclarationError` when another option is.
 */
export function metricsHandler(options: HandlerOptions = {}): MetricsHandler {
  const { auth, ...rest } = readOptions('metricsHandler', options, HANDLER_OPTIONS);
  const problems = authProblems(auth);
  if (problems.length > 0) throw new OptionsError('metricsHandler', problems);
  return createHandler(createExposition(rest), processHealth(), auth);
}

/**
 * Makes a handler of what renders the metrics, what knows the health checks, and who may read. With `indexTitle` the handler answers every request
 * of its server: with an index page of that title on `/`, and with 404 where it has no page; without, it leaves other paths to the host.
 * `isForUs` is asked first of every request that is ours.
 */
export function createHandler(
  exposition: Renders,
  health: HealthChecks,
  auth: EndpointAuth | undefined,
  indexTitle?: string,
  isForUs?: HostCheck,
): MetricsHandler {
  const guard = guardOf(auth);
  const routes = routesOf(exposition, health, indexTitle);
  const scrapes = new Scrapes();

  /** A refusal, or undefined for a request that may have what it asks for. */
  function refused(request: IncomingMessage, route: Route | undefined): Answer | undefined {
    if (isForUs?.(request) === false) {
      return text(
        403,
        'This endpoint answers to localhost. Another name is let in by the option allowedHosts.',
      );
    }
    if (route === undefined) return text(404, 'Not found');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text(405, 'Method not allowed', { Allow: 'GET, HEAD' });
    }
    if (route.guarded && !guard.allows(request)) {
      return text(401, 'Unauthorized', { 'WWW-Authenticate': guard.challenge });
    }
    return undefined;
  }

  async function answerOf(request: IncomingMessage, route: Route): Promise<Answer> {
    try {
      return await route.answer(request);
    } catch (error) {
      log().error({ path: pathOf(request), err: error }, 'The endpoint could not answer');
      return text(500, 'Internal error');
    }
  }

  async function scrape(request: IncomingMessage, response: ServerResponse, route: Route): Promise<void> {
    // Behind other requests on its connection it has no text in memory and no place before it is its turn.
    if (!(await itsTurn(request, response))) return;
    const place = await scrapes.begin();
    if (place === undefined)
      return send(request, response, text(503, 'Too many scrapes under way', { 'Retry-After': '1' }));
    try {
      const answer = await answerOf(request, route);
      place.sending(() => response.destroy());
      await send(request, response, answer, place.took);
    } finally {
      place.end();
    }
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route | undefined,
  ): Promise<boolean> {
    ignoreHttpRequest(request);
    const refusal = refused(request, route);
    if (refusal !== undefined) await send(request, response, refusal);
    else if (route!.limited) await scrape(request, response, route!);
    else await send(request, response, await answerOf(request, route!));
    return true;
  }

  const page =
    (path: string): PageHandler =>
    (request, response) =>
      serve(request, response, routes.get(path));
  const handler = (
    request: IncomingMessage,
    response: ServerResponse,
    next?: () => void,
  ): Promise<boolean> => {
    const path = pathOf(request);
    const route =
      routes.get(path) ?? (indexTitle === undefined ? routes.get(pageOfOwnRoute(request, path)) : undefined);
    if (route !== undefined || indexTitle !== undefined) return serve(request, response, route);
    next?.();
    return Promise.resolve(false);
  };
  return Object.assign(handler, {
    metrics: page('/metrics'),
    health: page('/health'),
    livez: page('/livez'),
    readyz: page('/readyz'),
  });
}

/** Resolves when the responses before it on its connection have been sent: true, or false when the client has left. */
function itsTurn(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (response.destroyed || request.destroyed) return Promise.resolve(false);
  if (response.socket !== null) return Promise.resolve(true);
  return new Promise((resolve) => {
    response.once('socket', () => resolve(true));
    for (const leaving of [request, response]) leaving.once('close', () => resolve(response.socket !== null));
  });
}

/**
 * The page for a request that a framework has routed to us by a route of its own: the one that the end of the path names, else the metrics. Empty when
 * it was not, since another path may be the host's own (`/api/health`).
 */
function pageOfOwnRoute(request: IncomingMessage, path: string): string {
  const { route } = request as { readonly route?: { readonly path?: unknown } };
  const named = path.slice(path.lastIndexOf('/'));
  // Express: a route without wildcards and parameters.
  if (typeof route?.path === 'string' && /^\/[^*:{}()]+$/.test(route.path))
    return ENDS.has(named) ? named : '/metrics';
  return isFastify(request) && ENDS.has(named) ? named : '';
}

const ENDS = new Set(['/metrics', '/health', '/livez', '/readyz']);

/** Fastify gives a route the plain request, so only its server tells; `inject()` has none. */
function isFastify(request: IncomingMessage): boolean {
  const { server } = (request.socket ?? {}) as {
    readonly server?: { listeners?(event: string): readonly unknown[] };
  };
  if ('_lightMyRequest' in request) return true;
  return (server?.listeners?.('request') ?? []).some(
    (one) => (one as { name?: unknown }).name === 'preRouting',
  );
}

interface Route {
  /** Asks for the credentials. */
  readonly guarded: boolean;
  /** Takes a place among the scrapes. */
  readonly limited?: boolean;
  readonly answer: (request: IncomingMessage) => Promise<Answer>;
}

function routesOf(
  exposition: Renders,
  health: HealthChecks,
  indexTitle: string | undefined,
): Map<string, Route> {
  const probe = (affects: 'liveness' | 'readiness'): Route => ({
    guarded: false,
    answer: async () => ((await health.passes(affects)) ? text(200, 'ok') : text(503, 'failing')),
  });
  const routes = new Map<string, Route>([
    ['/livez', probe('liveness')],
    ['/readyz', probe('readiness')],
    ['/health', { guarded: true, answer: async () => healthAnswer(await health.report()) }],
    ['/metrics', { guarded: true, limited: true, answer: (request) => metricsAnswer(exposition, request) }],
  ]);
  if (indexTitle !== undefined) {
    const page: Answer = { status: 200, type: 'text/html; charset=utf-8', body: indexPage(indexTitle) };
    routes.set('/', { guarded: true, answer: async () => page });
  }
  return routes;
}

function healthAnswer(report: HealthReport): Answer {
  return json(report.status === 'fail' ? 503 : 200, report);
}

async function metricsAnswer(exposition: Renders, request: IncomingMessage): Promise<Answer> {
  const { contentType, chunks } = await exposition.render(request.headers.accept);
  const headers = { Vary: 'Accept, Accept-Encoding' };
  return { status: 200, type: contentType, body: chunks, headers, compressible: true };
}

/**
 * The path that a request asks for, as it was sent: nothing is decoded and nothing resolved, so `/%6detrics` and `/x/../metrics` are not `/metrics`.
 * Understands the absolute form (`GET http://host/metrics`), which RFC 9112 asks every server to take.
 */
function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '';
  const path = (/^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target).split(/[?#]/, 1)[0]!;
  return path === '' ? '/' : path;
}

const PAGES: readonly (readonly [path: string, says: string])[] = [
  ['metrics', 'metrics for Prometheus'],
  ['health', 'every health check, as JSON'],
  ['readyz', 'ready for work (200) or not (503)'],
  ['livez', 'alive (200) or in need of a restart (503)'],
];

/** The page for a person who opened the endpoint in a browser. Links are relative, and nothing is loaded. */
function indexPage(title: string): string {
  const links = PAGES.map(([path, says]) => `<li><a href="${path}">/${path}</a>: ${says}</li>`).join('\n');
  const name = escaped(title);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${name}</title>\n<h1>${name}</h1>\n<ul>\n${links}\n</ul>\n</html>\n`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
