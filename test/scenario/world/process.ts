import { type Evaluate, type Packages, packages } from './packages.ts';

/** A process under test: the packages as a host imports them, on a clock that the story moves. */
export interface Process extends Packages {
  /** What its `/metrics` answers now. */
  scrape(): Promise<string>;
  /** Lets seconds pass on its clocks. */
  pass(seconds: number): void;
  /** Sets its wall clock forwards or, with a negative number, back. */
  jump(seconds: number): void;
}

/** Where the packages keep what all their copies in a process share. */
const SHARED = Symbol.for('@sightglass');

/** Starts a process at a time in ms since the epoch. */
export const startProcess = async (startMs: number): Promise<Process> =>
  startProcessOf(await packages, startMs);

/**
 * Starts a process of modules of one's own: they are evaluated anew and nothing is shared with the process before, as after a
 * restart. One lives at a time; a story with two replicas plays them one after the other over the same time.
 */
export async function startProcessOf<T extends Packages>(
  evaluate: Evaluate<T>,
  startMs: number,
): Promise<T & Process> {
  delete (globalThis as { [SHARED]?: unknown })[SHARED];
  const modules = evaluate();
  const store = modules.authors.processStore();
  let elapsedMs = 0;
  let jumpedMs = 0;
  store.setClock({ wallMs: () => startMs + elapsedMs + jumpedMs, monotonicMs: () => elapsedMs });
  // One for all scrapes, as an endpoint has it: what did not change since the last scrape is not written again.
  const exposition = modules.endpoint.createExposition();
  return {
    ...modules,
    async scrape() {
      const { chunks } = await exposition.render();
      return Buffer.concat(chunks).toString('utf8');
    },
    pass(seconds) {
      elapsedMs += seconds * 1_000;
    },
    jump(seconds) {
      jumpedMs += seconds * 1_000;
    },
  };
}
