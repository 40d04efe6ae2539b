import { connect } from 'node:net';
import { describe } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import { HealthChecks } from '../health/index.ts';
import { Store } from '../store/index.ts';
import type { EndpointAuth } from './auth.ts';
import { type Endpoint, listenOrRetry } from './endpoint.ts';
import { createHandler } from './handler.ts';

/** A real endpoint over a store of its own, on a free loopback port. */
export interface Served extends Endpoint {
  readonly url: string;
  readonly port: number;
  readonly store: Store;
  readonly health: HealthChecks;
}

export async function serve({
  auth,
  title = 'test',
}: {
  auth?: EndpointAuth;
  title?: string;
} = {}): Promise<Served> {
  const store = new Store();
  const health = new HealthChecks(store);
  const endpoint = await listenOrRetry(
    createHandler(createExposition({ store }), health, auth, title),
    'localhost',
    0,
  );
  return Object.assign(endpoint, { store, health }) as Served;
}

/** A counter with this many series, so that a scrape is as large as a test needs. */
export function fill(store: Store, series: number): void {
  const filler = store.counter(
    describe('counter', 'filler_total', { help: 'Filler.', labels: ['id'], maxSeries: series }),
  );
  for (let i = 0; i < series; i++) filler.add(i, { id: `series-number-${i}` });
}

/** Sends bytes as they are, and gives everything that comes back until the server ends the connection. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(bytes, 'latin1');
  });
}
