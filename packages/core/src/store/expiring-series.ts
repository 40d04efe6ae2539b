import { quietly } from '../base/index.ts';
import type { LabelValues, MetricDescriptor } from '../catalog/index.ts';
import type { Cell, CellContext } from './cells.ts';
import { Series, type SeriesEnvironment } from './series.ts';

/**
 * Series that end when nothing was recorded in them for a time. Nothing waits for that: a series that is due ends when somebody looks, which is before each export, at its next recording,
 * and when there is no room for a new one. Only metrics that ask for it pay for it, a reading of the clock a record.
 */
export class ExpiringSeries<C extends Cell> extends Series<C> {
  readonly #afterMs: number;
  readonly #names: readonly string[];
  /** Those that have a reader. */
  readonly #held = new WeakSet<C>();
  /** When each was last recorded, by the monotonic clock. */
  #usedMs = new WeakMap<C, number>();
  /** Before then none is due, since each was recorded later than the one that was the oldest. */
  #noneDueUntilMs = Number.NEGATIVE_INFINITY;
  #lastMs = 0;

  constructor(
    descriptor: MetricDescriptor,
    afterSeconds: number,
    environment: SeriesEnvironment,
    create: (context: CellContext, values: readonly string[], startMs: number) => C,
  ) {
    super(descriptor, environment, create);
    this.#afterMs = afterSeconds * 1000;
    this.#names = descriptor.labels.map(({ name }) => name);
  }

  override get cells(): readonly C[] {
    this.endDue();
    return super.cells;
  }

  override at(labels: LabelValues | undefined): C | undefined {
    const nowMs = this.#nowMs();
    let cell = super.at(labels);
    if (cell !== undefined && this.#isDue(cell, nowMs) && this.removeCell(cell)) cell = super.at(labels);
    if (cell !== undefined) this.#usedMs.set(cell, nowMs);
    return cell;
  }

  override peek(labels: LabelValues | undefined): C | undefined {
    const cell = super.peek(labels);
    if (cell === undefined || !this.#isDue(cell, this.#nowMs())) return cell;
    this.removeCell(cell);
    return undefined;
  }

  override hold(cell: C): void {
    this.#held.add(cell);
  }

  override labelsAgain(cell: C): LabelValues {
    return Object.fromEntries(this.#names.map((name, i) => [name, cell.values[i]!]));
  }

  override reset(): void {
    this.#forgetTimes();
    super.reset();
  }

  protected override endDue(): void {
    const nowMs = this.#nowMs();
    // Where labels come that are all new, each would go through all others.
    if (nowMs < this.#noneDueUntilMs) return;
    let oldestMs = nowMs;
    for (const cell of super.cells) {
      if (this.#isDue(cell, nowMs)) this.removeCell(cell);
      else oldestMs = Math.min(oldestMs, this.#usedMs.get(cell) ?? nowMs);
    }
    this.#noneDueUntilMs = oldestMs + this.#afterMs;
  }

  #isDue(cell: C, nowMs: number): boolean {
    if (this.#held.has(cell)) return false;
    const usedMs = this.#usedMs.get(cell);
    if (usedMs === undefined) this.#usedMs.set(cell, nowMs);
    return usedMs !== undefined && nowMs - usedMs >= this.#afterMs;
  }

  /** By a clock that fails time stands still, and nothing ends. */
  #nowMs(): number {
    const nowMs = quietly(() => this.context.clock.monotonicMs());
    if (typeof nowMs !== 'number' || !Number.isFinite(nowMs)) return this.#lastMs;
    // It is another clock, of a test: what was read from the one before says nothing by it.
    if (nowMs < this.#lastMs) this.#forgetTimes();
    this.#lastMs = nowMs;
    return nowMs;
  }

  #forgetTimes(): void {
    this.#usedMs = new WeakMap();
    this.#noneDueUntilMs = Number.NEGATIVE_INFINITY;
  }
}
