import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { TOOLS, type Tool } from './events.ts';

/** What another service knows of the tools. */
export class Versions {
  readonly #url: string;
  #newest: Partial<Record<Tool, string>> = {};
  #failure: unknown;

  constructor(url: string) {
    this.#url = url;
  }

  /** Asks for the newest version of each tool. What was known is kept where nobody answers. */
  async fetch(): Promise<void> {
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(5_000) });
      if (!response.ok) throw new Error(`the catalogue answers ${response.status}`);
      this.#newest = (await response.json()) as Record<Tool, string>;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  of(tool: Tool): string | undefined {
    return this.#newest[tool];
  }

  /** For a check of health. @throws what the last question failed with */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** The other service, as far as the example needs it. */
export interface Catalogue {
  readonly url: string;
  isDown: boolean;
  close(): Promise<void>;
}

/** Starts one on localhost. It writes its answers itself: what `node:http` serves in this process counts as requests to the API. */
export async function startCatalogue(): Promise<Catalogue> {
  const body = JSON.stringify(Object.fromEntries(TOOLS.map((tool) => [tool, '1.4.0'])));
  const answer = (status: string, text = '') =>
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.end(catalogue.isDown ? answer('503 Service Unavailable') : answer('200 OK', body)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const catalogue: Catalogue = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/newest`,
    isDown: false,
    async close() {
      server.close();
    },
  };
  return catalogue;
}
