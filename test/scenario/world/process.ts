import { vi } from 'vitest';

/** A process under test: the packages as a host imports them, on a clock that the story moves. */
export interface Process {
  readonly core: typeof import('@sightglass/core');
  readonly pipeline: typeof import('@sightglass/pipeline');
  /** What its `/metrics` answers now. */
  scrape(): Promise<string>;
  /** Lets seconds pass on its clocks. */
  pass(seconds: number): void;
  /** Gives the clocks back. */
  leave(): void;
}

/** The names under which the packages keep what all their copies in a process share. */
const SHARED_PREFIX = '@sightglass/';

/**
 * Starts a process at a time in ms since the epoch: modules are evaluated anew and nothing is shared with the process before, as after a
 * restart. One lives at a time; a story with two replicas plays them one after the other over the same time.
 */
export async function startProcess(startMs: number): Promise<Process> {
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    if (Symbol.keyFor(key)?.startsWith(SHARED_PREFIX)) delete (globalThis as { [key: symbol]: unknown })[key];
  }
  vi.resetModules();
  const { fakeClock, readExposition } = await import('@sightglass/core/testing');
  const clock = fakeClock(startMs);
  const core = await import('@sightglass/core');
  const pipeline = await import('@sightglass/pipeline');
  return { core, pipeline, scrape: readExposition, pass: clock.advance, leave: clock.restore };
}
