import { type HttpRequest, measurementOf, requestAtWork } from './server-request.ts';

/**
 * Names the route of a request: `setHttpRoute(request, '/users/:id')`. For servers without a router that the library knows, anywhere before
 * the response ends. It wins over what a framework says. Give a pattern from your code, never the path that was sent: each text is a series.
 *
 * Where a framework hides Node's request, as Next does from its route handlers, leave it out: `setHttpRoute('/orders/[id]')` names the request that is at work, with `observeHttpServer({ asyncContext: true })`.
 * Does nothing where requests are not measured. Never throws.
 */
export function setHttpRoute(request: HttpRequest, route: string): void;
export function setHttpRoute(route: string): void;
export function setHttpRoute(request: HttpRequest | string, named?: string): void {
  const route = typeof request === 'string' ? request : named;
  if (typeof route !== 'string') return;
  try {
    const measurement = typeof request === 'string' ? requestAtWork() : measurementOf(request);
    if (measurement === undefined) return;
    measurement.route = route;
    measurement.named = true;
  } catch {
    // What is no request has no route.
  }
}

/** Notes the route that a framework has matched. */
export function matchedRoute(request: HttpRequest, route: string): void {
  const measurement = measurementOf(request);
  if (measurement !== undefined && !measurement.named) measurement.route = route;
}

/** A middleware, as those that wait for the next one, which does something when all behind it are done, however they ended. */
export const afterNext =
  <C>(then: (context: C) => void) =>
  async (context: C, next: () => Promise<unknown>): Promise<void> => {
    try {
      await next();
    } finally {
      then(context);
    }
  };
