import type { IncomingMessage } from 'node:http';
import { DeclarationError } from '../../catalog/index.ts';
import { guarded, listen } from '../channel.ts';
import { matchedRoute } from './route.ts';

/** The part of a Fastify instance that is used. The hook is `never` so that an instance of any server and logger type fits. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: never): unknown;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
  /** Not in every 3. */
  readonly is404?: boolean;
  /** Since 4.10. */
  readonly routeOptions?: { readonly url?: string | undefined };
  /** Until 4; where there is the other, reading it warns. */
  readonly routerPath?: string;
}

/**
 * Names the routes of a Fastify instance (3.0 and newer) that was made before {@link observeHttpServer} was called; those made afterwards
 * need nothing. Call it before the instance is ready. Throws a `DeclarationError` when it takes no hooks (any more).
 */
export function fastifyRoutes(instance: FastifyLike): void {
  const name = guarded('The route of a Fastify request', (request: FastifyRequest) => {
    const { raw, is404, routeOptions } = request;
    if (is404) return;
    const url = routeOptions === undefined ? request.routerPath : routeOptions.url;
    if (typeof url === 'string') matchedRoute(raw, url);
  });
  const hook = (request: FastifyRequest, _reply: unknown, done: () => void) => {
    name(request);
    done();
  };
  try {
    instance.addHook('onRequest', hook as never);
  } catch (error) {
    throw DeclarationError.from(error, 'The routes of a Fastify instance');
  }
}

/** Follows every Fastify instance that is made from now on. Nest on Fastify is the same. Returns the function that ends it. */
export function followFastify(): () => void {
  return listen('fastify.initialization', ({ fastify }: { readonly fastify: FastifyLike }) =>
    fastifyRoutes(fastify),
  );
}
