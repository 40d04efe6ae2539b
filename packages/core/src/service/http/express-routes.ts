import type { IncomingMessage } from 'node:http';
import { listen } from '../channel.ts';
import { mountOf } from './express-mounts.ts';
import { matchedRoute } from './route.ts';
import { measurementOf, type ServerRequest } from './server-request.ts';

/** What Express puts on a request, as documented. */
type ExpressRequest = IncomingMessage & {
  /** Where the router at work is mounted, as the client wrote it: `/users/42`, not `/users/:id`. */
  readonly baseUrl?: string;
  /** The application at work. */
  readonly app?: unknown;
  readonly route?: { readonly path?: unknown; readonly stack?: readonly { readonly handle?: unknown }[] };
};

/** What Express's router (2.3 and newer, of Express 5) publishes before it calls a handler. */
interface HandlerEvent {
  readonly req: ExpressRequest;
  readonly handler: unknown;
  /** The pattern that matched: of the route, or where a middleware or router is mounted. */
  readonly route: unknown;
}

/** Follows the routers of Express. Nest on Express is the same. Returns the function that ends it. */
export function followExpress(): () => void {
  return listen('tracing:express.router.request:start', ({ req, handler, route }: HandlerEvent) => {
    const measurement = measurementOf(req);
    if (measurement === undefined || route === undefined || route === null) return;
    const raw = typeof req.baseUrl === 'string' ? req.baseUrl : '';
    const isRoute = req.route?.stack?.some((layer) => layer.handle === handler) ?? false;
    if (isRoute) matchedRoute(req, joined(patternOf(measurement, raw), textOf(route)));
    else if (route !== '/' && raw !== '') mount(measurement, raw, textOf(route));
  });
}

/**
 * The route of a request that has ended, where the router publishes nothing (Express 4): the route's own pattern, after that of where its router is mounted, or after `*` where
 * that is known only as the client wrote it. Empty when no route matched.
 */
export function expressRouteOf(request: IncomingMessage): string {
  const { route, baseUrl, app } = request as ExpressRequest;
  const path = route?.path;
  if (typeof path !== 'string' && !Array.isArray(path) && !(path instanceof RegExp)) return '';
  if (typeof baseUrl !== 'string' || baseUrl === '') return textOf(path);
  return joined(mountOf(app, route!, baseUrl) ?? '*', textOf(path));
}

/** Notes a router's pattern under the path that matched it. An entry of a router that the request has left again does no harm: it is not read, or is written anew. */
function mount(measurement: ServerRequest, raw: string, pattern: string): void {
  measurement.mounts ??= [];
  const { mounts } = measurement;
  let base = '';
  let longest = 0;
  for (const outer of mounts) {
    const fits = raw.startsWith(`${outer.raw}/`) && depth(raw) - depth(outer.raw) === depth(pattern);
    if (!fits || outer.raw.length <= longest) continue;
    longest = outer.raw.length;
    base = outer.pattern;
  }
  const known = mounts.find((one) => one.raw === raw);
  if (known === undefined) mounts.push({ raw, pattern: joined(base, pattern) });
  else known.pattern = joined(base, pattern);
}

function patternOf({ mounts }: ServerRequest, raw: string): string {
  if (raw === '') return '';
  return mounts?.find((known) => known.raw === raw)?.pattern ?? '*';
}

const depth = (path: string) => path.split('/').filter((part) => part !== '').length;

/** A pattern as text: several are separated by a comma, a regular expression is its source. */
function textOf(pattern: unknown): string {
  return Array.isArray(pattern) ? pattern.map(String).join(',') : String(pattern);
}

/** A mounted route's pattern, without the slash that a router's root would add. */
function joined(base: string, path: string): string {
  const start = base.replace(/\/+$/, '');
  return path === '/' && start !== '' ? start : start + path;
}
