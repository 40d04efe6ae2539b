import type { IncomingMessage } from 'node:http';
import { DeclarationError } from '../../catalog/index.ts';
import { guarded } from '../channel.ts';
import { afterNext, matchedRoute } from './route.ts';

/** The part of a Koa application that is used. The middleware is `never` so that an application with any state and context fits. */
export interface KoaLike {
  use(middleware: never): unknown;
}

interface KoaContext {
  readonly req: IncomingMessage;
  /** The pattern that `koa-router` and `@koa/router` have matched, with the prefixes of the routers that it is nested in. */
  readonly _matchedRoute?: unknown;
}

/**
 * Names the routes of a Koa application (2 and newer, with `koa-router` 7 or `@koa/router` 8 and newer) for {@link observeHttpServer}. Call it before the routers are used; a route of
 * another router, or below `koa-mount`, is named by {@link setHttpRoute}. Throws a `DeclarationError` for what takes no middleware.
 * @example
 * const app = new Koa();
 * koaRoutes(app);
 * app.use(router.routes());
 */
export function koaRoutes(app: KoaLike): void {
  const name = guarded('The route of a Koa request', ({ req, _matchedRoute: route }: KoaContext) => {
    if (typeof route === 'string' || route instanceof RegExp) matchedRoute(req, String(route));
  });
  try {
    app.use(afterNext(name) as never);
  } catch (error) {
    throw DeclarationError.from(error, 'The routes of a Koa application');
  }
}
