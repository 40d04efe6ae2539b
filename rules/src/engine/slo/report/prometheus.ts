import { httpAddress, read } from '../../http/index.ts';

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

/** The HTTP API at this address, a path before `/api` included. What can not be read is thrown in Prometheus's words. */
export function prometheusAt(text: string): Prometheus {
  const address = httpAddress(text);
  if (address === undefined) throw new Error('the address of a Prometheus must be an http or https URL');
  const { shown } = address;
  async function ask(path: string, parameters: { readonly [name: string]: string }): Promise<Answered[]> {
    const url = new URL(address!.url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/${path}`;
    // POST, since expressions that name many SLOs are longer than some proxies take in an address.
    const asked = { method: 'POST', body: new URLSearchParams(parameters), timeoutMs: TIMEOUT_MS } as const;
    const { status, text } = await read({ ...address!, url }, asked);
    const answer = parsed(text);
    if (answer.status !== 'success')
      throw new Error(
        `${shown} can not be read: ${typeof answer.error === 'string' ? answer.error : `it answers ${status}`}`,
      );
    const result = (answer.data as { readonly result?: unknown } | null | undefined)?.result;
    const series = Array.isArray(result) ? result.map(seriesOf) : undefined;
    if (series === undefined || series.includes(undefined))
      throw new Error(`${shown} can not be read: what it answers is not what Prometheus answers`);
    return series as Answered[];
  }
  return {
    query: async (expression, time) => {
      const result = await ask('query', { query: expression, time: String(time) });
      return result.map(({ labels, points }) => ({ labels, value: points[0]?.value ?? Number.NaN }));
    },
    queryRange: (expression, start, end, step) =>
      ask('query_range', { query: expression, start: String(start), end: String(end), step: String(step) }),
  };
}

type Answered = Line;

function parsed(text: string): { readonly [name: string]: unknown } {
  try {
    return (JSON.parse(text) as { readonly [name: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

/** A series of an answer, with one value or several; undefined for what is none. */
function seriesOf(series: unknown): Answered | undefined {
  const { metric, value, values } = (series ?? {}) as { readonly [name: string]: unknown };
  if (typeof metric !== 'object' || metric === null) return undefined;
  if (!Object.values(metric).every((label) => typeof label === 'string')) return undefined;
  const all: unknown = values ?? [value];
  if (!Array.isArray(all)) return undefined;
  const points = all.map(pointOf);
  if (points.includes(undefined)) return undefined;
  return { labels: metric as Sample['labels'], points: points as Line['points'][number][] };
}

function pointOf(point: unknown): Line['points'][number] | undefined {
  const [time, text] = Array.isArray(point) ? (point as readonly unknown[]) : [];
  if (typeof time !== 'number' || typeof text !== 'string') return undefined;
  // Prometheus writes infinities its own way.
  return { time, value: Number(text.replace('Inf', 'Infinity')) };
}
