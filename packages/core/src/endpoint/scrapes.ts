import { setTimeout as delay } from 'node:timers/promises';
import { unheld } from '../base/index.ts';

/** Scrapes that are answered at a time. Each holds its whole text, so clients that never finish must not be able to fill the memory. */
const MAX_SCRAPES = 8;
/** How long a further one waits for its turn, and how often it looks. */
const LOOK_MS = 100;
const LOOKS = 12;
/** A client that has taken nothing for so many looks gives its place to one that waits. */
const STALLED_LOOKS = 8;

/** A scrape that is being answered. */
export interface Scrape {
  /** From now on the client is being sent to; `drop` ends that. */
  sending(drop: () => void): void;
  /** The client has taken a part of what is sent. */
  took(): void;
  end(): void;
}

interface Place {
  drop: (() => void) | undefined;
  looksWithoutProgress: number;
}

/**
 * The places of scrapes under way. One too many waits for a moment; then the client that reads slowest is dropped for it, and if all read as they
 * should (or are still being collected), the one too many is told to come back.
 */
export class Scrapes {
  readonly #places = new Set<Place>();

  /** A place, or undefined when there is none. Whoever gets one calls its `end`. */
  async begin(): Promise<Scrape | undefined> {
    for (let looks = 0; this.#places.size >= MAX_SCRAPES; looks++) {
      if (this.#dropOneThatStalls()) break;
      if (looks === LOOKS) return undefined;
      await delay(LOOK_MS, undefined, { ref: false });
    }
    return this.#take();
  }

  #dropOneThatStalls(): boolean {
    const slowest = [...this.#places].reduce((worst, one) =>
      one.looksWithoutProgress > worst.looksWithoutProgress ? one : worst,
    );
    if (slowest.looksWithoutProgress < STALLED_LOOKS) return false;
    this.#places.delete(slowest);
    slowest.drop?.();
    return true;
  }

  #take(): Scrape {
    const place: Place = { drop: undefined, looksWithoutProgress: 0 };
    this.#places.add(place);
    // Counted in turns of the event loop, not in time: while it is held no client can be sent to.
    let timer: NodeJS.Timeout | undefined;
    return {
      sending: (drop) => {
        place.drop = drop;
        timer = unheld(setInterval(() => place.looksWithoutProgress++, LOOK_MS));
      },
      took: () => {
        place.looksWithoutProgress = 0;
      },
      end: () => {
        clearInterval(timer);
        this.#places.delete(place);
      },
    };
  }
}
