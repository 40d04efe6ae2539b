import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A metric as OTLP/JSON carries it, as far as tests read it. */
export interface OtlpMetric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: {
    readonly dataPoints: readonly OtlpPoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
  };
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly histogram?: {
    readonly dataPoints: readonly (OtlpPoint & { readonly count: number; readonly sum: number })[];
  };
}
export interface OtlpPoint {
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** A real OTLP/HTTP receiver for JSON. `delayMs` makes it slow to answer; what is sent to the path `refused` is answered with 404 at once. */
export interface OtlpSink {
  readonly url: string;
  /** Paths of the requests that arrived, in order. */
  readonly paths: readonly string[];
  /** Every metric that has arrived, by name; the newest of each. */
  metrics(): ReadonlyMap<string, OtlpMetric>;
  /** The resource attributes of the newest request. */
  resource(): { readonly [name: string]: string | undefined };
  close(): Promise<void>;
}

export async function otlpSink(delayMs = 0, refused?: string): Promise<OtlpSink> {
  const paths: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      paths.push(request.url!);
      if (request.url === refused) return void response.writeHead(404).end();
      if (request.url === '/v1/metrics') bodies.push(body);
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const parsed = () => bodies.map((body) => JSON.parse(body).resourceMetrics[0]);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    metrics: () => {
      const found = new Map<string, OtlpMetric>();
      for (const { scopeMetrics } of parsed()) {
        for (const metric of scopeMetrics.flatMap((scope: { metrics: OtlpMetric[] }) => scope.metrics))
          found.set(metric.name, metric);
      }
      return found;
    },
    resource: () => {
      const attributes: { key: string; value: { stringValue?: string } }[] =
        parsed().at(-1)?.resource.attributes ?? [];
      return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
