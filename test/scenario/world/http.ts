import { once } from 'node:events';
import { Agent, createServer, request as makeRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';

/** What becomes of requests to a route. */
export interface Requests {
  /** The pattern of the route. Default `/orders`; `none` for requests that no route matches. */
  readonly route?: string;
  /** How many, one after the other. Default 1. */
  readonly count?: number;
  /** How each is answered. Default 200. */
  readonly status?: number;
  /** How long each takes. Default: no time. */
  readonly takes?: number;
}

/** An HTTP server of a process of the story, measured as a host's is, and its client. */
export interface Api {
  /** Makes requests now, and waits for their answers. */
  ask(requests?: Requests): Promise<void>;
  /** The same requests every so many seconds, the first of them then, until a moment of the story. */
  askEvery(seconds: number, until: number, ...requests: readonly Requests[]): Promise<void>;
  /** What is promised of routes from now on. */
  promise(objectives: import('@sightglass/core/service').HttpObjectives): void;
}

/** The labels of alerts on the route that is asked for unless another is named. */
export const ORDERS = { job: 'iceberg-scheduler', http_route: '/orders' };

/** The same where no route matched. */
export const NO_ROUTE = { job: 'iceberg-scheduler' };

/** What ends with the process before: its measurements would otherwise go on beside those of this one. */
const ends: (() => void)[] = [];

/**
 * Starts a real server in this process, with requests measured by the library; it ends when the next one starts. With `client`, what the story asks of it
 * is measured as what the process asks of another.
 */
export async function serve(
  stage: Stage,
  { service }: Process,
  { client = false }: { readonly client?: boolean } = {},
): Promise<Api> {
  for (const end of ends.splice(0)) end();
  const { declareHttpObjectives, observeHttpClient, observeHttpServer, setHttpRoute } = service;
  ends.push(observeHttpServer());
  if (client) ends.push(observeHttpClient());
  let next: Required<Requests> = { route: '/orders', count: 1, status: 200, takes: 0 };
  let measured = () => {};
  const server = createServer(async (request, response) => {
    const { route, status, takes } = next;
    // What measures it listens for the same end, and has done so for longer.
    response.on('close', () => measured());
    if (route !== 'none') setHttpRoute(request, route);
    if (takes > 0) await stage.wait(takes);
    response.writeHead(status).end();
  });
  server.unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  ends.push(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });
  /** Until both sides have measured it: time stands still for what happens between two waits. */
  const one = async (): Promise<void> => {
    const served = new Promise<void>((resolve) => {
      measured = resolve;
    });
    const asked = new Promise<void>((resolve, reject) => {
      makeRequest({ port, host: '127.0.0.1', agent }, (answer) => answer.resume().on('close', resolve))
        .on('error', reject)
        .end();
    });
    await Promise.all([served, asked]);
  };
  const ask = async (requests: Requests): Promise<void> => {
    next = { route: '/orders', count: 1, status: 200, takes: 0, ...requests };
    for (let i = 0; i < next.count; i++) await one();
  };
  const note = (all: readonly Requests[]) =>
    stage.note(
      `requests: ${all.map(({ count = 1, route = '/orders', status = 200 }) => `${count} to ${route} answered ${status}`).join(', ')}`,
    );
  return {
    ask(requests = {}) {
      note([requests]);
      return ask(requests);
    },
    async askEvery(seconds, until, ...requests) {
      note(requests);
      const take = requests.reduce((sum, { count = 1, takes = 0 }) => sum + count * takes, 0);
      for (let due = stage.now + seconds; due + take <= until; due += seconds) {
        await stage.until(due);
        for (const each of requests) await ask(each);
      }
      await stage.until(until);
    },
    promise: (objectives) => void declareHttpObjectives(objectives),
  };
}
