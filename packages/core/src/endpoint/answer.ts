import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { unheld } from '../base/index.ts';

/** A response before it is sent. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | readonly Uint8Array[];
  readonly headers?: { readonly [name: string]: string };
  /** True: gzip when the client asks for it. For bodies that may be large. */
  readonly compressible?: boolean;
}

/** A response that takes longer than this is cut: a client that reads a byte now and then must not hold a scrape for ever. */
const SEND_LIMIT_MS = 30_000;

/** Nothing here may be kept by a cache, guessed at by a browser, or framed; there is nothing to load from elsewhere. */
const SAFE_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

export function text(status: number, body: string, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n`, headers };
}

export function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

/** Sends an answer, slice by slice as fast as the client takes it; to HEAD without the body. `took` is called for each. Never rejects: a client that left has left. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  took: () => void = () => {},
): Promise<void> {
  const limit = unheld(setTimeout(() => response.destroy(), SEND_LIMIT_MS));
  try {
    const plain = typeof answer.body === 'string' ? [Buffer.from(answer.body)] : answer.body;
    const compress =
      answer.compressible === true && wantsGzip(request.headers['accept-encoding']?.toString());
    const slices = compress ? await gzipped(plain) : plain;
    if (response.destroyed || response.headersSent) return;
    response.writeHead(answer.status, {
      ...SAFE_HEADERS,
      ...answer.headers,
      ...(compress ? { 'Content-Encoding': 'gzip' } : {}),
      'Content-Type': answer.type,
      'Content-Length': slices.reduce((sum, slice) => sum + slice.byteLength, 0),
    });
    await pipeline(Readable.from(request.method === 'HEAD' ? [] : eachTold(slices, took)), response);
  } catch {
    response.destroy();
  } finally {
    clearTimeout(limit);
  }
}

function* eachTold(slices: readonly Uint8Array[], took: () => void): Generator<Uint8Array> {
  for (const slice of slices) {
    took();
    yield slice;
  }
}

/** Compressed off the event loop. The fastest level: a scrape has a short way to go, and the processor belongs to the host. */
async function gzipped(slices: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const compressed: Uint8Array[] = [];
  await pipeline(
    Readable.from(slices),
    createGzip({ level: constants.Z_BEST_SPEED }),
    async (output: AsyncIterable<Uint8Array>) => {
      for await (const slice of output) compressed.push(slice);
    },
  );
  return compressed;
}

/** Whether `Accept-Encoding` asks for gzip: named, or by `*`, with a weight over 0. Absent or unreadable means no. */
function wantsGzip(header: string | undefined): boolean {
  let wildcard = false;
  for (const item of (header ?? '').toLowerCase().split(',')) {
    const [coding, ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const wanted = weight === undefined || Number(weight) > 0;
    if (coding === 'gzip' || coding === 'x-gzip') return wanted;
    if (coding === '*') wildcard = wanted;
  }
  return wildcard;
}
