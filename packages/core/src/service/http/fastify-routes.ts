import type { IncomingMessage } from 'node:http';
import { listen } from '../channel.ts';
import { matchedRoute } from './route.ts';

/** The part of a Fastify instance that is used. */
export interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: {
        readonly raw: IncomingMessage;
        readonly is404: boolean;
        readonly routeOptions: { readonly url?: string | undefined };
      },
      reply: never,
      done: () => void,
    ) => void,
  ): unknown;
}

/**
 * Names the routes of a Fastify instance that was made before {@link observeHttpServer} was called; those made afterwards need nothing.
 * Call it before the instance is ready.
 */
export function fastifyRoutes(instance: FastifyLike): void {
  instance.addHook('onRequest', ({ raw, is404, routeOptions }, _reply, done) => {
    if (!is404) matchedRoute(raw, routeOptions.url ?? '');
    done();
  });
}

/** Follows every Fastify instance that is made from now on. Nest on Fastify is the same. Returns the function that ends it. */
export function followFastify(): () => void {
  return listen('fastify.initialization', ({ fastify }: { readonly fastify: FastifyLike }) =>
    fastifyRoutes(fastify),
  );
}
