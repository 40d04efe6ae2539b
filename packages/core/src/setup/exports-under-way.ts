import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isTelemetry } from '../service/http/client-request.ts';

/** The requests and connections of exporters, so that one to a collector that does not answer can be ended. */
export interface ExportsUnderWay {
  /** Ends those that are under way. Their exporter is told why, and does not try again. */
  abandon(): void;
  /** Looks at no further ones. */
  forget(): void;
}

/** A request of `node:http`, or a socket. */
interface Ending {
  destroy(error: Error): unknown;
  once(event: 'close', listener: () => void): unknown;
  getHeader?(name: string): unknown;
}

/** Node's own channels, which tell of each request with its first byte (and, from Node 22.12 on, before it connects), and of each connection. */
const CHANNELS = ['http.client.request.created', 'http.client.request.start', 'net.client.socket'] as const;
const EXPORTERS = 'OTel-OTLP-Exporter';

/**
 * Follows what OpenTelemetry's exporters send. They have no way to be called off: their shutdown waits for the answer, and a connection that waits
 * for one keeps the process. What the host sends is not looked at.
 */
export function followExports(): ExportsUnderWay {
  const underWay = new Set<Ending>();
  const follow = (message: unknown) => {
    try {
      const { request, socket } = message as { readonly request?: Ending; readonly socket?: Ending };
      const one = request ?? socket;
      if (one === undefined || underWay.has(one) || !(isTelemetry() || isNamedExporter(one))) return;
      underWay.add(one);
      one.once('close', () => underWay.delete(one));
    } catch {
      // A channel whose messages changed: then this export can't be called off.
    }
  };
  for (const channel of CHANNELS) subscribe(channel, follow);
  return {
    abandon() {
      for (const one of underWay) one.destroy(new Error('The telemetry ended before the collector answered'));
    },
    forget() {
      for (const channel of CHANNELS) unsubscribe(channel, follow);
    },
  };
}

function isNamedExporter(one: Ending): boolean {
  return String(one.getHeader?.('user-agent') ?? '').includes(EXPORTERS);
}
