import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { log } from '../logging/index.ts';

/** Servers that answer on the same port, one for each address. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Limits against clients that send slowly, send much, or never leave (milliseconds and bytes).
 * Connections are kept for longer than a usual scrape interval, so that Prometheus does not open one for each scrape.
 */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1_000,
};
const IDLE_SOCKET_MS = 30_000;
const MAX_CONNECTIONS = 256;
/** Requests that one connection may send ahead of their answers are bounded by what it may send at all; a scraper opens a new one then. */
const MAX_REQUESTS_PER_CONNECTION = 1_000;
/** How long `close` lets responses under way finish. */
const CLOSE_GRACE_MS = 1_000;
const FREE_PORT_TRIES = 5;

/**
 * Listens on `host`; port 0 takes a free one. `localhost` means both loopback addresses, 127.0.0.1 and ::1 where the machine has it,
 * since clients differ in which they try. Rejects with the system's error (`EADDRINUSE`, …). Never keeps the process alive.
 */
export async function listen(handler: RequestListener, host: string, port: number): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    try {
      servers.push(await listenOn(handler, host === 'localhost' ? '127.0.0.1' : host, port));
      const taken = portOf(servers[0]!);
      if (host === 'localhost') servers.push(...(await secondLoopback(handler, taken)));
      return { port: taken, close: () => closeAll(servers) };
    } catch (error) {
      await closeAll(servers);
      // The free port was free on one loopback address only; there are others.
      if (port !== 0 || servers.length === 0 || attempt === FREE_PORT_TRIES) throw error;
    }
  }
}

async function secondLoopback(handler: RequestListener, port: number): Promise<Server[]> {
  try {
    return [await listenOn(handler, '::1', port)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw error;
    return []; // No IPv6 here.
  }
}

function listenOn(handler: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(LIMITS, handler);
  server.timeout = IDLE_SOCKET_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  server.on('connection', (socket) => socket.unref());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Not shared by the workers of a cluster: each scrape would be answered by another of them, with other counters.
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      // Such as EMFILE on accept: without a listener it would end the host.
      server.on('error', (error) => log().error({ err: error }, 'The telemetry endpoint lost a connection'));
      resolve(server);
    });
    server.unref();
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(closeOne));
}

function closeOne(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(grace);
      resolve();
    });
    server.closeIdleConnections();
  });
}
