import { DeclarationError } from '../../catalog/index.ts';
import { guarded } from '../channel.ts';
import { afterNext, matchedRoute } from './route.ts';
import type { HttpRequest } from './server-request.ts';

/** The part of a Hono application that is used. The middleware is `never` so that an application with any environment fits. */
export interface HonoLike {
  use(path: string, middleware: never): unknown;
}

interface HonoRoute {
  readonly method: string;
  readonly path: string;
  readonly handler: (...args: never[]) => unknown;
}

interface HonoContext {
  /** What `@hono/node-server` adds. */
  readonly env?: { readonly incoming?: HttpRequest };
  readonly req: {
    /** Handlers and middleware that fit the request, in their order. */
    readonly matchedRoutes: readonly HonoRoute[];
    /** Which of them was called last. */
    readonly routeIndex: number;
  };
}

/**
 * Names the routes of a Hono application (3 and newer, served by `@hono/node-server` 1.8 and newer) for {@link observeHttpServer}, those of applications that are mounted in it too. Call it before
 * the routes are added. Throws a `DeclarationError` for what takes no middleware.
 * @example
 * const app = new Hono();
 * honoRoutes(app);
 * app.get('/users/:id', (c) => c.text('ok'));
 */
export function honoRoutes(app: HonoLike): void {
  const name = guarded('The route of a Hono request', ({ env, req }: HonoContext) => {
    const incoming = env?.incoming;
    if (incoming === undefined) return;
    const { matchedRoutes: routes } = req;
    for (let i = Math.min(req.routeIndex, routes.length - 1); i >= 0; i--) {
      const route = routes[i]!;
      if (isMiddleware(route)) continue;
      matchedRoute(incoming, route.path);
      return;
    }
  });
  try {
    app.use('*', afterNext(name) as never);
  } catch (error) {
    throw DeclarationError.from(error, 'The routes of a Hono application');
  }
}

/** Hono keeps both as one: a handler of every method that takes `next` passes the request on, as Hono's own `inspectRoutes` tells them. */
const isMiddleware = ({ method, handler }: HonoRoute) => method === 'ALL' && handler.length > 1;
