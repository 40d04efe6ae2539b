import { vi } from 'vitest';

/** A process under test: the packages as a host imports them, on a clock that the story moves. */
export interface Process {
  readonly core: typeof import('@sightglass/core');
  readonly pipeline: typeof import('@sightglass/pipeline');
  readonly scheduler: typeof import('@sightglass/scheduler');
  readonly worker: typeof import('@sightglass/worker');
  /** What its `/metrics` answers now. */
  scrape(): Promise<string>;
  /** Lets seconds pass on its clocks. */
  pass(seconds: number): void;
  /** Sets its wall clock forwards or, with a negative number, back. */
  jump(seconds: number): void;
}

/** Where the packages keep what all their copies in a process share. */
const SHARED = Symbol.for('@sightglass');

/**
 * Starts a process at a time in ms since the epoch: modules are evaluated anew and nothing is shared with the process before, as after a
 * restart. One lives at a time; a story with two replicas plays them one after the other over the same time.
 */
export async function startProcess(startMs: number): Promise<Process> {
  delete (globalThis as { [SHARED]?: unknown })[SHARED];
  vi.resetModules();
  const { createExposition } = await import('@sightglass/core/endpoint');
  const core = await import('@sightglass/core');
  const { processStore } = await import('@sightglass/core/authors');
  const store = processStore();
  let elapsedMs = 0;
  let jumpedMs = 0;
  store.setClock({ wallMs: () => startMs + elapsedMs + jumpedMs, monotonicMs: () => elapsedMs });
  const pipeline = await import('@sightglass/pipeline');
  const scheduler = await import('@sightglass/scheduler');
  const worker = await import('@sightglass/worker');
  // One for all scrapes, as an endpoint has it: what did not change since the last scrape is not written again.
  const exposition = createExposition();
  return {
    core,
    pipeline,
    scheduler,
    worker,
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
