/** A number of one series at one time. */
export interface Sample {
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

/** Numbers of one series over time. */
export interface Line {
  readonly labels: { readonly [name: string]: string };
  /** Times in Unix seconds. */
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** What a report asks of Prometheus. */
export interface Prometheus {
  query(expression: string, time: number): Promise<readonly Sample[]>;
  queryRange(expression: string, start: number, end: number, step: number): Promise<readonly Line[]>;
}

/** A month of an hourly series is read in less; a Prometheus that takes longer is overloaded. */
const TIMEOUT_MS = 60_000;

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly T[] };
}
type Point = readonly [time: number, value: string];

/** The HTTP API at this address, a path before `/api` included. What can not be read is thrown in Prometheus's words. */
export function prometheusAt(url: string): Prometheus {
  const base = url.replace(/\/+$/, '');
  async function ask<T>(
    path: string,
    parameters: { readonly [name: string]: string },
  ): Promise<readonly T[]> {
    const body = new URLSearchParams(parameters);
    let response: Response;
    try {
      // POST, since expressions that name many SLOs are longer than some proxies take in an address.
      response = await fetch(`${base}/api/v1/${path}`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const { message, cause } = error as Error;
      throw new Error(`${base} can not be read: ${cause instanceof Error ? cause.message : message}`);
    }
    const answer = (await response.json().catch(() => ({ status: 'error' }))) as Answer<T>;
    if (answer.status !== 'success' || answer.data === undefined)
      throw new Error(`${base} can not be read: ${answer.error ?? `it answers ${response.status}`}`);
    return answer.data.result;
  }
  return {
    query: async (expression, time) => {
      const result = await ask<{ metric: Sample['labels']; value: Point }>('query', {
        query: expression,
        time: String(time),
      });
      return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
    },
    queryRange: async (expression, start, end, step) => {
      const range = { start: String(start), end: String(end), step: String(step) };
      const result = await ask<{ metric: Sample['labels']; values: readonly Point[] }>('query_range', {
        query: expression,
        ...range,
      });
      return result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([time, value]) => ({ time, value: numberOf(value) })),
      }));
    },
  };
}

/** Prometheus writes infinities its own way. */
const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));
