import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to the database, which can be cut: what a network or a database that is down looks like to its clients. */
export interface DatabaseLink {
  /** The database as it is reached through the link. */
  readonly url: string;
  /** Breaks every connection and takes no new one. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Lets nothing through from now on, in either direction, and breaks nothing: what a network that loses everything, or a server that hangs, looks like. */
  freeze(): void;
  thaw(): void;
  /** Leads new connections to another server, and breaks the others: what a failover looks like. */
  lead(databaseUrl: string): void;
  close(): Promise<void>;
}

/** Opens a port of this machine that leads to the database of `databaseUrl`. */
export async function openDatabaseLink(databaseUrl: string): Promise<DatabaseLink> {
  let target = new URL(databaseUrl);
  let isFrozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
      if (isFrozen) from.pause();
    }
  });
  const open = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    mend: async () => {
      if (!server.listening) await open(port);
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    lead(databaseUrl) {
      target = new URL(databaseUrl);
      for (const socket of sockets) socket.destroy();
    },
    close: cut,
  };
}
