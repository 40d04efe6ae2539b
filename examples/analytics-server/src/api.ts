import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { log } from '@sightglass/core';
import { type Events, observeCache, setHttpRoute } from '@sightglass/core/service';
import type { Queue } from '@sightglass/worker';
import type { Versions } from './catalogue.ts';
import { type EventQueue, QueueFull } from './event-queue.ts';
import type { EventStore, ToolStats } from './event-store.ts';
import { BadRequest, isTool, readEvents, type Tool } from './events.ts';

/** What the API needs. */
export interface ApiParts {
  readonly queue: EventQueue;
  /** The same queue as it is measured. */
  readonly events: Queue;
  /** What was taken in, by tool. */
  readonly uses: Events<Tool>;
  readonly store: EventStore;
  readonly versions: Versions;
  readonly cacheSeconds: number;
  /** Answers `/metrics` and the probes; says whether it was one of them. */
  readonly telemetry: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

const MOST_BYTES = 1_000_000;

/** `POST /events` and `GET /stats/:tool`, with the metrics on the same port. */
export function createApi(parts: ApiParts): Server {
  const lookUp = cachedStats(parts.store, parts.cacheSeconds);
  return createServer(async (request, response) => {
    if (await parts.telemetry(request, response)) return;
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const [, root, name, ...rest] = pathname.split('/');
      if (root === 'events' && name === undefined) {
        setHttpRoute(request, '/events');
        if (request.method !== 'POST') return reply(405, { error: 'POST a list of events' });
        const received = readEvents(await bodyOf(request));
        await parts.queue.add(received);
        parts.events.enqueued(received.length);
        for (const { tool } of received) parts.uses.received(tool);
        return reply(202, { accepted: received.length });
      }
      if (root === 'stats' && isTool(name) && rest.length === 0) {
        setHttpRoute(request, '/stats/:tool');
        if (request.method !== 'GET') return reply(405, { error: 'GET it' });
        return reply(200, {
          ...((await lookUp(name)) ?? { tool: name, uses: 0 }),
          newestVersion: parts.versions.of(name),
        });
      }
      return reply(404, { error: 'POST /events or GET /stats/<tool>' });
    } catch (error) {
      if (error instanceof BadRequest) return reply(400, { error: error.message });
      if (error instanceof QueueFull) {
        response.setHeader('retry-after', '1');
        return reply(503, { error: error.message });
      }
      log().error({ err: error }, 'A request failed');
      return reply(500, { error: 'internal error' });
    }
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new BadRequest(`the body must be no longer than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Looks up what is known of a tool, and keeps the answer for a while. A failure is not kept. */
function cachedStats(store: EventStore, seconds: number) {
  const cache = observeCache('tool-stats');
  const kept = new Map<Tool, { readonly stats: ToolStats | undefined; readonly until: number }>();
  return async (tool: Tool): Promise<ToolStats | undefined> => {
    const found = await cache.get(() => {
      const known = kept.get(tool);
      return known !== undefined && known.until > performance.now() ? known : undefined;
    });
    if (found !== undefined) return found.stats;
    const stats = await store.stats(tool);
    kept.set(tool, { stats, until: performance.now() + seconds * 1000 });
    cache.record('set', 'ok');
    return stats;
  };
}
