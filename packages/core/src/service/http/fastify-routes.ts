import type { IncomingMessage } from 'node:http';
import { DeclarationError } from '../../catalog/index.ts';
import { listen } from '../channel.ts';
import { matchedRoute } from './route.ts';

/** The part of a Fastify instance that is used. The hook is `never` so that an instance of any server and logger type fits. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: never): unknown;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly is404: boolean;
  readonly routeOptions: { readonly url?: string | undefined };
}

/**
 * Names the routes of a Fastify instance that was made before {@link observeHttpServer} was called; those made afterwards need nothing.
 * Call it before the instance is ready. Throws a `DeclarationError` when it takes no hooks (any more).
 */
export function fastifyRoutes(instance: FastifyLike): void {
  const hook = ({ raw, is404, routeOptions }: FastifyRequest, _reply: unknown, done: () => void) => {
    if (!is404) matchedRoute(raw, routeOptions.url ?? '');
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
