import type { Merge } from '../catalog/index.ts';
import type { GaugeCell } from '../store/index.ts';

/** What one process states in a series of a gauge. */
export class Statement {
  readonly gauge: MergedGauge;
  value = Number.NaN;
  /** Counts changes of all statements, so that the last one is known. */
  turn = 0;
  /** What the same process states in the gauge by which this one is judged (`newestBy`). */
  judge: Statement | undefined;
  /** The gauges that are judged by this statement. */
  judged: MergedGauge[] | undefined;

  constructor(gauge: MergedGauge) {
    this.gauge = gauge;
  }
}

/** What is kept of those that have ended. */
interface Last {
  readonly value: number;
  readonly turn: number;
  readonly judge: number;
}

/** A series of a gauge in several processes, as one. */
export class MergedGauge {
  readonly cell: GaugeCell;
  readonly #merge: Merge;
  readonly #statements = new Set<Statement>();
  #last: Last | undefined;

  constructor(cell: GaugeCell, merge: Merge) {
    this.cell = cell;
    this.#merge = merge;
  }

  /** Whether nobody states it, and nothing that was stated is kept. */
  get isOver(): boolean {
    return this.#statements.size === 0 && this.#last === undefined;
  }

  begin(): Statement {
    const statement = new Statement(this);
    this.#statements.add(statement);
    return statement;
  }

  /** A statement is taken back by who made it. With the last one goes what was kept of the dead: whoever removes a thing means the thing. */
  remove(statement: Statement): void {
    this.#statements.delete(statement);
    if (this.#statements.size === 0) this.#last = undefined;
  }

  /** Who made a statement has ended. When something happened, and how it went, stays true. */
  end(statement: Statement): void {
    this.#statements.delete(statement);
    if (!this.#keeps || Number.isNaN(statement.value)) return;
    const last = lastOf(statement);
    if (this.#last === undefined || this.#isNewer(last, this.#last)) this.#last = last;
  }

  /** Writes what all say together. */
  settle(): void {
    const value = this.#value();
    if (Number.isNaN(value)) this.cell.unset();
    else this.cell.set(value);
  }

  get #keeps(): boolean {
    return this.#merge === 'latest' || this.#merge === 'newest' || typeof this.#merge === 'object';
  }

  #value(): number {
    let best = this.#last;
    let sum = Number.NaN;
    let least = Number.NaN;
    let most = Number.NaN;
    for (const statement of this.#statements) {
      const { value } = statement;
      if (Number.isNaN(value)) continue;
      if (this.#keeps) {
        const last = lastOf(statement);
        if (best === undefined || this.#isNewer(last, best)) best = last;
        continue;
      }
      sum = Number.isNaN(sum) ? value : sum + value;
      if (!(value >= least)) least = value;
      if (!(value <= most)) most = value;
    }
    if (this.#keeps) return best?.value ?? Number.NaN;
    if (this.#merge === 'max') return most;
    if (this.#merge === 'min') return least;
    return sum;
  }

  #isNewer(one: Last, other: Last): boolean {
    if (this.#merge === 'latest') return one.value > other.value;
    if (typeof this.#merge === 'object' && one.judge !== other.judge) return one.judge > other.judge;
    return one.turn > other.turn;
  }
}

/** Who states nothing in the gauge that judges has never done it. */
function lastOf({ value, turn, judge }: Statement): Last {
  const judged = judge?.value ?? Number.NaN;
  return { value, turn, judge: Number.isNaN(judged) ? Number.NEGATIVE_INFINITY : judged };
}
