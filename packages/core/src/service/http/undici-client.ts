import { errorTypeOf } from '../../base/index.ts';
import type { Store } from '../../store/index.ts';
import { listen } from '../channel.ts';
import { ClientRequests, isTelemetry } from './client-request.ts';

/** What undici publishes of a request. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
}

interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response: { readonly statusCode: number };
  readonly error: unknown;
}

/** Follows `fetch` and undici. Returns the function that ends it. */
export function followUndici(store: Store): () => void {
  const requests = new ClientRequests<UndiciRequest>(store);
  const stops = [
    listen<UndiciMessage>('undici:request:create', ({ request }) => {
      if (isTelemetry()) return;
      const { hostname, port, protocol } = new URL(request.origin);
      const address = hostname.replace(/^\[(.*)\]$/, '$1');
      requests.begin(request, request.method, address, port || (protocol === 'https:' ? '443' : '80'));
    }),
    listen<UndiciMessage>('undici:request:headers', ({ request, response }) => {
      const begun = requests.get(request);
      if (begun !== undefined) begun.status = response.statusCode;
    }),
    listen<UndiciMessage>('undici:request:trailers', ({ request }) => requests.end(request)),
    listen<UndiciMessage>('undici:request:error', ({ request, error }) => {
      const begun = requests.get(request);
      if (begun !== undefined) begun.errorType = errorTypeOf(error);
      requests.end(request);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
