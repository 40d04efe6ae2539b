import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { OtlpRequest } from './samples.ts';

/** An OTLP/HTTP receiver of metrics in JSON. */
export interface OtlpSink {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Every request received, in order. */
  readonly requests: readonly OtlpRequest[];
  close(): Promise<void>;
}

/** Starts a receiver on a free port of the loopback interface. */
export async function startOtlpSink(): Promise<OtlpSink> {
  const requests: OtlpRequest[] = [];
  const server = createServer(async (request, response) => {
    const isMetrics = request.method === 'POST' && request.url === '/v1/metrics';
    if (isMetrics) requests.push((await json(request)) as OtlpRequest);
    response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
