import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Requests a second that a provider takes from anyone before it answers 429. */
const REQUESTS_PER_SECOND = 50;
const PAGE_SIZE = 20;

/** What is wrong with a provider now. */
export interface Trouble {
  /** The server is gone: connections are refused. */
  outage?: boolean;
  /** Seconds that it takes to answer. */
  slowSeconds?: number;
  /** One request is taken in this many seconds; the others are answered 429 with `Retry-After`. */
  rateLimitSeconds?: number;
  /** Its answers break off in the middle of the JSON. */
  malformed?: boolean;
  /** It lists this many models only. */
  models?: number;
}

/** A provider's price list, served page by page: `GET /v1/models?cursor=…`. */
export class Provider {
  readonly name: string;
  readonly #models: number;
  #server: Server | undefined;
  #port = 0;
  #trouble: Trouble = {};
  /** When the latest requests came that were taken, in milliseconds. */
  #taken: number[] = [];

  constructor(name: string, models: number) {
    this.name = name;
    this.#models = models;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before if it did before. */
  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  /** Breaks something more, or mends it where the trouble says undefined. */
  async set(trouble: { readonly [K in keyof Trouble]: Trouble[K] | undefined }): Promise<void> {
    this.#trouble = { ...this.#trouble, ...trouble } as Trouble;
    this.#taken = [];
    if (this.#trouble.outage) this.close();
    else await this.open();
  }

  async #answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { slowSeconds, malformed } = this.#trouble;
    if (slowSeconds !== undefined) await sleep(slowSeconds * 1000);
    const { pathname, searchParams } = new URL(url, this.url);
    if (pathname !== '/v1/models') return void response.writeHead(404).end();
    const waitSeconds = this.#waitSeconds();
    if (waitSeconds > 0)
      return void response.writeHead(429, { 'retry-after': String(Math.ceil(waitSeconds)) }).end();
    const page = JSON.stringify(this.#page(Number(searchParams.get('cursor') ?? 0)));
    const body = malformed ? page.slice(0, page.length / 2) : page;
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }

  /** How long to wait until a request is taken; 0 takes this one. */
  #waitSeconds(): number {
    const { rateLimitSeconds } = this.#trouble;
    const [limit, perMs] =
      rateLimitSeconds === undefined ? [REQUESTS_PER_SECOND, 1_000] : [1, rateLimitSeconds * 1_000];
    const now = performance.now();
    this.#taken = this.#taken.filter((at) => at > now - perMs);
    if (this.#taken.length >= limit) return (this.#taken[0]! + perMs - now) / 1_000;
    this.#taken.push(now);
    return 0;
  }

  #page(cursor: number) {
    const count = this.#trouble.models ?? this.#models;
    const end = Math.min(count, cursor + PAGE_SIZE);
    const data = Array.from({ length: Math.max(0, end - cursor) }, (_, i) => ({
      id: `${this.name}/model-${cursor + i}`,
      // Dollars for a million tokens, as text: prices are no floating-point numbers.
      pricing: {
        prompt: (0.05 * (cursor + i + 1)).toFixed(4),
        completion: (0.15 * (cursor + i + 1)).toFixed(4),
      },
    }));
    return { data, next_cursor: end < count ? String(end) : null };
  }
}
