import type { Server, Socket } from 'node:net';
import { listen } from '../channel.ts';

/** A server of HTTP/2, plain or secure, told by what it alone has. */
type AnyServer = Server & { readonly updateSettings?: unknown };

/** What is listened to on a server. */
export interface ServerListeners {
  /** A stream of HTTP/2. */
  readonly stream: (...args: never[]) => void;
  /** A request to become another protocol, which a listener of the host's is given. */
  readonly upgrade: (...args: never[]) => void;
}

/**
 * Listens on every server of this process, from its next connection on, to what Node publishes on no channel (HTTP/2 in every version, upgrades). A listener is put before those of
 * the host, and for upgrades only where there is one of these: with ours alone Node would leave the client without an answer. Returns the function that ends it.
 */
export function followServers({ stream, upgrade }: ServerListeners): () => void {
  const followed = new Set<WeakRef<AnyServer>>();
  const known = new WeakSet<AnyServer>();
  const upgrading = new WeakSet<AnyServer>();

  function onRemove(this: AnyServer, event: unknown): void {
    if (event === 'upgrade' && upgrading.has(this) && this.listenerCount('upgrade') === 1) leave(this);
  }
  function leave(server: AnyServer): void {
    upgrading.delete(server);
    server.off('upgrade', upgrade as () => void);
  }
  function meet(server: AnyServer): void {
    for (const ref of followed) if (ref.deref() === undefined) followed.delete(ref);
    known.add(server);
    followed.add(new WeakRef(server));
    server.on('removeListener', onRemove);
    if (server.updateSettings !== undefined) server.prependListener('stream', stream as () => void);
  }

  const stop = listen<{ readonly socket: Socket & { readonly server?: AnyServer } }>(
    'net.server.socket',
    ({ socket: { server } }) => {
      if (server === undefined || server === null) return;
      if (!known.has(server)) meet(server);
      // Again at each connection: the host may listen later than its server does.
      if (upgrading.has(server) || server.listenerCount('upgrade') === 0) return;
      upgrading.add(server);
      server.prependListener('upgrade', upgrade as () => void);
    },
  );
  return () => {
    stop();
    for (const ref of followed) {
      const server = ref.deref();
      if (server === undefined) continue;
      server.off('removeListener', onRemove);
      server.off('stream', stream as () => void);
      leave(server);
    }
  };
}
