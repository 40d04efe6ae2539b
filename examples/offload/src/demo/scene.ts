import { waitUntil } from '@sightglass/test-tools';
import { scrape } from '../scrape.ts';
import { TABLE_NAMES } from '../tables.ts';
import type { Stack } from './stack.ts';
import type { Terminal } from './terminal.ts';

/** One thing that is waited for. */
export interface Wait<T> {
  /** As in "timed out: …". */
  readonly what: string;
  readonly seconds: number;
  /** Asked until it gives something truthy. */
  readonly ask: () => Promise<T>;
  /** What the live line says meanwhile, after the rows. */
  readonly aside?: () => Promise<string>;
}

/** Where the story is told: what runs, where it is shown, and how to look and wait. */
export interface Scene {
  readonly stack: Stack;
  readonly terminal: Terminal;
  /** The sum of a metric's samples as the scheduler exports it now; 0 when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** How many rows each table has moved so far, in a line. */
  rows(): Promise<string>;
  /** Waits with a live line. Throws when it takes too long, and when the demo is interrupted. */
  wait<T>(wait: Wait<T>): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>>;
}

const INTERRUPTED = Symbol('interrupted');

/** How often the live line changes. */
const LIVE_EVERY_MS = 500;

export function openScene(stack: Stack, terminal: Terminal, signal: AbortSignal): Scene {
  const samples = () => scrape(stack.example.metricsUrl);
  const value: Scene['value'] = async (name, labels) => (await samples())(name, labels) ?? 0;
  const rows = async () => {
    const now = await samples();
    const counts = TABLE_NAMES.map((table) => now('offload_rows_total', { table }) ?? 0);
    return `rows moved: ${TABLE_NAMES.map((table, i) => `${table} ${counts[i]?.toLocaleString('en')}`).join(', ')}`;
  };
  return {
    stack,
    terminal,
    value,
    rows,
    async wait({ what, seconds, ask, aside }) {
      let shownAt = Number.NEGATIVE_INFINITY;
      const look = async () => {
        if (signal.aborted) return INTERRUPTED;
        if (performance.now() - shownAt > LIVE_EVERY_MS) {
          shownAt = performance.now();
          terminal.live(aside === undefined ? await rows() : `${await rows()}; ${await aside()}`);
        }
        return ask();
      };
      const answer = await waitUntil(look, { timeoutMs: seconds * 1000, what });
      signal.throwIfAborted();
      return answer as Exclude<typeof answer, typeof INTERRUPTED>;
    },
  };
}
