import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WaitOptions, waitUntil } from './wait.ts';

/** A post as it came: the path of its URL, and its body, which is JSON. */
export interface Post {
  readonly path: string;
  readonly body: unknown;
}

/** What a sink says to a post: what it keeps of it, or why it does not take it. */
export type Verdict<T> = {
  readonly status: number;
  readonly answer?: string;
} & ({ readonly kept: T } | { readonly refused: string });

export interface PostSink<T> {
  /** Without a slash at the end. */
  readonly url: string;
  /** What was taken, in the order it came; grows as it comes. */
  readonly received: readonly T[];
  /** Why posts were refused. */
  readonly refused: readonly string[];
  /** The first thing that was taken, past or future, for which this holds. */
  waitFor(predicate: (received: T) => boolean, options: WaitOptions): Promise<T>;
  stop(): Promise<void>;
}

/** Starts an HTTP server on a free loopback port that judges what is posted to it, and only receives. */
export async function startPostSink<T>(judge: (post: Post) => Verdict<T>): Promise<PostSink<T>> {
  const received: T[] = [];
  const refused: string[] = [];
  const server = createServer(async (request, response) => {
    const verdict = await readJson(request).then(
      (body) => judge({ path: request.url ?? '/', body }),
      (error): Verdict<T> => ({ status: 400, answer: String(error), refused: String(error) }),
    );
    if ('kept' in verdict) received.push(verdict.kept);
    else refused.push(verdict.refused);
    response.writeHead(verdict.status).end(verdict.answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refused,
    waitFor: (predicate, options) => waitUntil(() => received.find(predicate), options),
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const readJson = async (request: NodeJS.ReadableStream): Promise<unknown> => JSON.parse(await text(request));
