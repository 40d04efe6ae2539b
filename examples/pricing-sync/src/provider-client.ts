import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError, RateLimited } from './provider-errors.ts';

/** A provider as the directory lists it. */
export interface ListedProvider {
  readonly name: string;
  readonly url: string;
}

/** Dollars for a million tokens, as exact decimal text. */
export interface ModelPrice {
  readonly model: string;
  readonly prompt: string;
  readonly completion: string;
}

interface Page {
  readonly prices: readonly ModelPrice[];
  readonly next: string | undefined;
}

/** Makes one request, measured. */
export type Request = <T>(send: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** How often a page that was refused for its rate is asked for in all. */
const ATTEMPTS = 3;
const LONGEST_WAIT_SECONDS = 30;

/** Asks the directory which providers there are. */
export async function listProviders(directoryUrl: string, signal: AbortSignal): Promise<ListedProvider[]> {
  const response = await fetch(`${directoryUrl}/providers`, { signal: within(5, signal) });
  if (!response.ok) throw new ProviderError('unavailable', `The directory answered ${response.status}`);
  return (await response.json()) as ListedProvider[];
}

/** The whole price list of a provider, page by page. A page that is refused for its rate is asked for again when the provider says so. */
export async function* pricePages(
  provider: ListedProvider,
  options: { readonly requestTimeoutSeconds: number; readonly signal: AbortSignal },
  request: Request,
  retried: () => void,
): AsyncGenerator<readonly ModelPrice[]> {
  const { requestTimeoutSeconds, signal } = options;
  let cursor: string | undefined = '0';
  while (cursor !== undefined) {
    const url = `${provider.url}/v1/models?cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await patiently(signal, retried, () =>
      request((requestSignal) => fetchPage(url, within(requestTimeoutSeconds, requestSignal))),
    );
    yield page.prices;
    cursor = page.next;
  }
}

const within = (seconds: number, signal: AbortSignal) =>
  AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);

async function patiently<T>(signal: AbortSignal, retried: () => void, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RateLimited) || attempt >= ATTEMPTS) throw error;
      await sleep(Math.min(LONGEST_WAIT_SECONDS, error.retryAfterSeconds) * 1000, undefined, { signal });
      retried();
    }
  }
}

async function fetchPage(url: string, signal: AbortSignal): Promise<Page> {
  const response = await fetch(url, { signal });
  const text = await response.text();
  if (response.status === 429) {
    throw new RateLimited(`${url} answered 429`, Number(response.headers.get('retry-after')) || 1);
  }
  if (!response.ok) throw new ProviderError('unavailable', `${url} answered ${response.status}`);
  return readPage(url, text);
}

function readPage(url: string, text: string): Page {
  try {
    const { data, next_cursor } = JSON.parse(text) as { data: readonly unknown[]; next_cursor: unknown };
    const prices = data.map((entry) => {
      const { id, pricing } = entry as { id: string; pricing: { prompt: string; completion: string } };
      const price = { model: id, prompt: pricing.prompt, completion: pricing.completion };
      if (!Object.values(price).every((value) => typeof value === 'string')) throw new Error('no price');
      return price;
    });
    return { prices, next: typeof next_cursor === 'string' ? next_cursor : undefined };
  } catch {
    throw new ProviderError('malformed', `${url} gave ${text.length} characters that are no page of prices`);
  }
}
