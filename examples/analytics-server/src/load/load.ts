import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TOOLS, type ToolEvent } from '../events.ts';

/** How much is asked of the API. */
export interface LoadOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly eventsPerSecond: number;
  /** `GET /stats/<tool>`, the tools in turn. */
  readonly readsPerSecond: number;
  /** A request is given up after so long. Default 10. */
  readonly timeoutSeconds?: number;
}

/** What became of what was asked. */
export interface LoadCounts {
  readonly eventsAccepted: number;
  /** By the status of the answer; `none` where there was none. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Load that goes on until it is stopped. */
export interface Load {
  counts(): LoadCounts;
  /** Ends it and waits for the requests under way. */
  stop(): Promise<LoadCounts>;
}

const TICK_MS = 250;
/** Beyond so many requests under way no more are made, as a client's pool of connections is full. */
const MOST_UNDER_WAY = 200;

/** Asks the API over HTTP, at an even rate, as clients do. */
export function startLoad({ url, eventsPerSecond, readsPerSecond, timeoutSeconds = 10 }: LoadOptions): Load {
  const answers: Record<string, number> = {};
  let eventsAccepted = 0;
  const underWay = new Set<Promise<void>>();
  const ask = (path: string, body?: readonly ToolEvent[]) => {
    if (underWay.size >= MOST_UNDER_WAY) return;
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const init = body === undefined ? { signal } : { signal, method: 'POST', body: JSON.stringify(body) };
    const request = fetch(`${url}${path}`, init)
      .then(async (response) => {
        await response.arrayBuffer();
        if (response.status === 202) eventsAccepted += body?.length ?? 0;
        return String(response.status);
      })
      .catch(() => 'none')
      .then((status) => {
        answers[status] = (answers[status] ?? 0) + 1;
        underWay.delete(request);
      });
    underWay.add(request);
  };
  const counts = (): LoadCounts => ({ eventsAccepted, answers: { ...answers } });
  const ended = new AbortController();
  const run = async () => {
    let [sent, read] = [0, 0];
    const began = performance.now();
    while (!ended.signal.aborted) {
      const seconds = (performance.now() - began) / 1000;
      // What was missed while nobody could ask is not made up for.
      const events = Math.min(Math.floor(seconds * eventsPerSecond) - sent, eventsPerSecond);
      if (events > 0)
        ask(
          '/events',
          Array.from({ length: events }, (_, at) => anEvent(sent + at)),
        );
      sent = Math.floor(seconds * eventsPerSecond);
      const reads = Math.min(Math.floor(seconds * readsPerSecond) - read, readsPerSecond);
      for (let at = 0; at < reads; at++) ask(`/stats/${TOOLS[(read + at) % TOOLS.length]}`);
      read = Math.floor(seconds * readsPerSecond);
      await sleep(TICK_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    counts,
    async stop() {
      ended.abort();
      await running;
      await Promise.all(underWay);
      return counts();
    },
  };
}

function anEvent(number: number): ToolEvent {
  return {
    id: randomUUID(),
    tool: TOOLS[number % TOOLS.length]!,
    version: `1.${number % 5}.0`,
    durationMs: 50 + (number % 200),
    ok: number % 50 !== 0,
  };
}
