import type { IncomingMessage, ServerResponse } from 'node:http';
import { createExposition, type ExpositionOptions } from '../exposition/index.ts';
import { type HealthChecks, type HealthReport, processHealth } from '../health/index.ts';
import { log } from '../logging/index.ts';
import { ignoreHttpRequest } from '../service/http/server-request.ts';
import { type Answer, json, send, text } from './answer.ts';
import { authProblems, type EndpointAuth, guardOf } from './auth.ts';
import { OptionsError } from './options-error.ts';

/** What the handler serves, and to whom. */
export interface HandlerOptions extends Omit<ExpositionOptions, 'store'> {
  /** Asked for on `/metrics`, `/health` and the index page. The probes stay open: they say yes or no and nothing else. Default: none. */
  readonly auth?: EndpointAuth;
}

/**
 * Answers `/metrics`, `/livez`, `/readyz` and `/health`; anything else is left alone. True when the request was answered.
 * With a third argument it is a middleware (`app.use(metricsHandler())`), which is called for what was left alone. Never rejects.
 */
export type MetricsHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: () => void,
) => Promise<boolean>;

/** What `createExposition` makes. */
export type Renders = ReturnType<typeof createExposition>;

/** Scrapes that are answered at a time. A further one gets 503 with `Retry-After`, so that clients that never finish can't fill the memory. */
const MAX_SCRAPES = 8;

/**
 * A handler for the host's own HTTP server, Express or Connect (`app.use`), or Fastify (`reply.hijack()`, then `request.raw`, `reply.raw`).
 * Give `sdk` to serve a host-owned SDK's metrics too. Throws an `OptionsError` when `auth` is wrong, and
 * a `DeclarationError` when another option is.
 */
export function metricsHandler(options: HandlerOptions = {}): MetricsHandler {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new OptionsError('metricsHandler', problems);
  return createHandler(createExposition(options), processHealth(), options.auth);
}

function problemsOf(options: HandlerOptions): string[] {
  try {
    return authProblems(options.auth);
  } catch {
    return ['the options must be an object that can be read'];
  }
}

/**
 * Makes a handler of what renders the metrics, what knows the health checks, and who may read. With `indexTitle` the handler answers every request
 * of its server: with an index page of that title on `/`, and with 404 where it has no page; without, it leaves other paths to the host.
 */
export function createHandler(
  exposition: Renders,
  health: HealthChecks,
  auth: EndpointAuth | undefined,
  indexTitle?: string,
): MetricsHandler {
  const guard = guardOf(auth);
  const routes = routesOf(exposition, health, indexTitle);
  let scrapes = 0;

  async function answer(request: IncomingMessage, path: string): Promise<Answer | undefined> {
    const route = routes.get(path);
    if (route === undefined) return indexTitle === undefined ? undefined : text(404, 'Not found');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text(405, 'Method not allowed', { Allow: 'GET, HEAD' });
    }
    if (route.guarded && !guard.allows(request)) {
      return text(401, 'Unauthorized', { 'WWW-Authenticate': guard.challenge });
    }
    try {
      return await route.answer(request);
    } catch (error) {
      log().error({ path, err: error }, 'The endpoint could not answer');
      return text(500, 'Internal error');
    }
  }

  return async (request, response, next) => {
    const path = pathOf(request);
    if (indexTitle !== undefined || routes.has(path)) ignoreHttpRequest(request);
    const scrape = path === '/metrics';
    if (scrape && scrapes >= MAX_SCRAPES) {
      await send(request, response, text(503, 'Too many scrapes under way', { 'Retry-After': '1' }));
      return true;
    }
    if (scrape) scrapes++;
    try {
      const prepared = await answer(request, path);
      if (prepared !== undefined) await send(request, response, prepared);
      else next?.();
      return prepared !== undefined;
    } finally {
      if (scrape) scrapes--;
    }
  };
}

interface Route {
  readonly guarded: boolean;
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
    ['/metrics', { guarded: true, answer: (request) => metricsAnswer(exposition, request) }],
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
