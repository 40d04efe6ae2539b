import { asError, UnderWay } from '../base/index.ts';
import type { Clock } from './clock.ts';

/** Something read at each collection rather than recorded as it happens. */
export interface Collector {
  /** Reads and sets. A rejection or a throw is a failed collection. */
  collect(): void | Promise<void>;
  /** Called when the reading failed, or was late and none came since the last turn, to take back what is no longer known. */
  failed(): void;
}

/** The outcome of one collector's turn. */
export interface CollectorReport {
  readonly name: string;
  readonly error: Error | undefined;
  readonly durationMs: number;
}

interface Registered {
  readonly name: string;
  readonly collector: Collector;
  /** Set while a reading is under way, so that a hanging one is never started twice. */
  pending: UnderWay<void> | undefined;
  /** Whether a turn gave up waiting for the reading that is under way. */
  isLate: boolean;
  /** Whether a reading came after its turn, and no turn has had it yet. */
  hasCome: boolean;
}

/** How long a collection waits for its readers. Well under Prometheus's default scrape timeout of 10 s. */
export const DEFAULT_COLLECT_TIMEOUT_MS = 2_000;

/** A process can be kept waiting by its machine: nobody in it is told of for less than so much, when it was seen at work, and when it is inferred. */
export const HELD_MS = 250;
const HELD_LATER_MS = 1_000;

/**
 * The readers of observed gauges. All run side by side; each has the whole time limit; one that fails or hangs costs its own series only, and one that holds
 * the process for longer than the limit is a failure itself, not those who waited beside it.
 * A reading that arrives late is kept for the next collection, which has it unless it gets a newer one. Collections that overlap share one turn.
 */
export class Collectors {
  readonly #registered = new Set<Registered>();
  readonly #clock: Clock;
  #turn: Promise<readonly CollectorReport[]> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Registers a collector; `name` labels its success and duration. Returns the function that removes it. */
  add(name: string, collector: Collector): () => void {
    const registered: Registered = { name, collector, pending: undefined, isLate: false, hasCome: false };
    this.#registered.add(registered);
    return () => void this.#registered.delete(registered);
  }

  get size(): number {
    return this.#registered.size;
  }

  /** Runs every collector under the time limit. Never rejects. */
  run(timeoutMs = DEFAULT_COLLECT_TIMEOUT_MS): Promise<readonly CollectorReport[]> {
    if (this.#turn !== undefined) return this.#turn;
    let end: (reports: Promise<readonly CollectorReport[]>) => void = () => {};
    // It is there before its first reader is called, which may ask for a collection itself.
    this.#turn = new Promise<readonly CollectorReport[]>((resolve) => {
      end = resolve;
    }).finally(() => {
      this.#turn = undefined;
    });
    end(this.#takeTurn(timeoutMs));
    return this.#turn;
  }

  async #takeTurn(limitMs: number): Promise<readonly CollectorReport[]> {
    const answered: CollectorReport[] = [];
    const reports = await Promise.all(
      [...this.#registered].map(async (registered) => {
        const report = await this.#runOne(registered, limitMs);
        answered.push(report);
        return report;
      }),
    );
    // Who waits for longer than the limit and is not late was held up. Who held it up answers first after that, unless it has been found already.
    const leastMs = Math.max(limitMs, HELD_LATER_MS);
    const first = answered.find(({ error, durationMs }) => error === undefined && durationMs > leastMs);
    if (first === undefined || reports.some(({ error }) => error instanceof Held)) return reports;
    return reports.map((report) =>
      report === first ? { ...report, error: new Held(report.durationMs) } : report,
    );
  }

  async #runOne(registered: Registered, limitMs: number): Promise<CollectorReport> {
    const { name, hasCome } = registered;
    registered.hasCome = false;
    const started = this.#clock.monotonicMs();
    let error: Error | undefined;
    try {
      registered.pending ??= begin(registered);
      const heldMs = this.#clock.monotonicMs() - started;
      await registered.pending.within(limitMs);
      if (heldMs > Math.max(limitMs, HELD_MS)) error = new Held(heldMs);
    } catch (cause) {
      error = asError(cause);
      registered.isLate = registered.pending !== undefined;
      if (!(registered.isLate && hasCome)) takeBack(registered.collector);
    }
    return { name, error, durationMs: this.#clock.monotonicMs() - started };
  }
}

/** A reading that kept all else in the process from running. Its value is good. */
class Held extends Error {
  constructor(ms: number) {
    super(`it held the whole process for ${(ms / 1000).toFixed(1)} s, with all else in it`);
  }
}

function takeBack(collector: Collector): void {
  try {
    collector.failed();
  } catch {
    // The reading has failed already, and is told of.
  }
}

function begin(registered: Registered): UnderWay<void> {
  registered.isLate = false;
  const reading = (async () => registered.collector.collect())();
  return new UnderWay(
    reading
      .then(() => {
        registered.hasCome = registered.isLate;
      })
      .finally(() => {
        registered.pending = undefined;
      }),
  );
}
