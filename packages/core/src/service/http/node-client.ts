import type { IncomingMessage, ClientRequest as NodeRequest } from 'node:http';
import { errorTypeOf } from '../../base/index.ts';
import type { Store } from '../../store/index.ts';
import { guarded, listen } from '../channel.ts';
import { type ClientRequest, ClientRequests, isTelemetry } from './client-request.ts';

interface NodeMessage {
  readonly request: NodeRequest;
  readonly response: IncomingMessage;
  readonly error: unknown;
}

/** The `error_type` of a response that broke off, where nothing better is known. */
const ABORTED = 'aborted';

/** Follows `node:http` and `node:https`. Returns the function that ends it. */
export function followNodeClient(store: Store): () => void {
  const requests = new ClientRequests<NodeRequest>(store);
  const responses = new WeakMap<NodeRequest, IncomingMessage>();
  const skipped = new WeakSet<NodeRequest>();

  function begun(request: NodeRequest, unseen = false): ClientRequest | undefined {
    if (skipped.has(request)) return undefined;
    const known = requests.get(request);
    if (known !== undefined) return known;
    if (isTelemetry()) {
      skipped.add(request);
      return undefined;
    }
    request.on('close', onClose);
    return requests.begin(request, request.method, request.host, portOf(request), unseen);
  }

  const onClose = guarded('The end of an outgoing request', function (this: NodeRequest) {
    const known = requests.get(this);
    if (known !== undefined && responses.get(this)?.complete === false) known.errorType ??= ABORTED;
    requests.end(this);
  });

  const stops = [
    // Published when it is made (Node 22.12 and newer), and when it has been sent.
    listen<NodeMessage>('http.client.request.created', ({ request }) => void begun(request)),
    listen<NodeMessage>('http.client.request.start', ({ request }) => void begun(request)),
    listen<NodeMessage>('http.client.response.finish', ({ request, response }) => {
      const known = requests.get(request);
      if (known === undefined) return;
      known.status = response.statusCode;
      responses.set(request, response);
    }),
    listen<NodeMessage>('http.client.request.error', ({ request, error }) => {
      const known = begun(request, true);
      if (known !== undefined) known.errorType = errorTypeOf(error);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The port as the Host header has it, which leaves out a scheme's own. */
function portOf(request: NodeRequest): string {
  const [, port] = /:(\d+)$/.exec(String(request.getHeader('host') ?? '')) ?? [];
  return port ?? (request.protocol === 'https:' ? '443' : '80');
}
