import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One sale, as a shop tells it. */
export interface Sale {
  readonly shop: string;
  readonly at: string;
  /** In cents; a shop sometimes sends none, which is no sale. */
  readonly cents: number | null;
}

const SHOPS = ['north', 'south', 'east', 'west'];
const SALES_EACH = 50;

/** Where the sales come from: an HTTP server as somebody else would run it. */
export interface Shops {
  readonly url: string;
  /** How it behaves from now on. */
  trouble: 'none' | 'down' | 'flaky';
  close(): Promise<void>;
}

/** Starts the shops on a free port of localhost. `down`: every request is answered 500; `flaky`: every second one. */
export async function startShops(): Promise<Shops> {
  let asked = 0;
  const server: Server = createServer((_, response) => {
    asked++;
    const isRefused = shops.trouble === 'down' || (shops.trouble === 'flaky' && asked % 2 === 1);
    response.writeHead(isRefused ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRefused ? { error: 'no connection to the till' } : sales()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const shops: Shops = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: 'none',
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return shops;
}

/** What was sold since yesterday: every tenth entry is none. */
const sales = (): Sale[] =>
  SHOPS.flatMap((shop) =>
    Array.from({ length: SALES_EACH }, (_, i) => ({
      shop,
      at: new Date().toISOString(),
      cents: i % 10 === 0 ? null : 100 + ((i * 37) % 900),
    })),
  );
