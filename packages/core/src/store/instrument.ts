import {
  type Described,
  given,
  type LabelArgs,
  type LabelValues,
  type Matchers,
  type MetricDescriptor,
  type Selector,
} from '../catalog/index.ts';
import type { Cell, CellContext } from './cells.ts';
import { ExpiringSeries } from './expiring-series.ts';
import { Series, type SeriesEnvironment } from './series.ts';

/** What every instrument can do, whatever it records. */
export abstract class Instrument<L extends LabelValues, C extends Cell> implements Described<L> {
  readonly descriptor: MetricDescriptor<L>;
  /** The live series, for exporters. */
  readonly series: Series<C>;

  constructor(
    descriptor: MetricDescriptor<L>,
    environment: SeriesEnvironment,
    create: (context: CellContext, values: readonly string[], startMs: number) => C,
  ) {
    this.descriptor = descriptor;
    const { expiresAfterSeconds } = descriptor;
    const data = descriptor as MetricDescriptor;
    this.series =
      expiresAfterSeconds === undefined
        ? new Series(data, environment, create)
        : new ExpiringSeries(data, expiresAfterSeconds, environment, create);
  }

  /**
   * Creates the series for these labels before anything happens, so that a counter is exported at 0 and `increase()` sees the first event.
   * Closed labels may be left out: each of their values is created. A gauge stays unexported until it is set.
   */
  init(labels: Partial<L> = {}): void {
    if (typeof labels !== 'object' || labels === null) return;
    let combinations: LabelValues[] = [{}];
    for (const { name, values } of this.descriptor.labels) {
      const chosen = read(labels as LabelValues, name);
      const choices = chosen === undefined ? (values ?? []) : [chosen];
      combinations = combinations.flatMap((others) => choices.map((value) => ({ ...others, [name]: value })));
    }
    for (const combination of combinations) this.series.at(combination);
  }

  /** Retires a series: it leaves the export at once and its value is forgotten. A handle bound to it stays safe to call and records to nowhere. True when it existed. */
  remove(...labels: LabelArgs<L>): boolean {
    return this.series.remove(labels[0] as LabelValues | undefined);
  }

  /** Retires every series with these label values, whatever its other labels, as {@link remove} does for one. Returns how many there were. */
  removeAll(labels: Partial<L>): number {
    return this.series.removeAll(labels as LabelValues);
  }

  /** Whether the series with these labels lives: it was born, by a recording or before one, and has not been removed. Creates nothing. */
  has(...labels: LabelArgs<L>): boolean {
    return this.series.peek(labels[0] as LabelValues | undefined) !== undefined;
  }

  /** Some of this metric's series, for rules and dashboards. */
  where(matchers: Matchers<L>): Selector<L> {
    return { descriptor: this.descriptor, matchers };
  }
}

/** One label of the host's object, where a getter may throw; that is as if it were not there. A label may be called `toString` and not be given. */
function read(labels: LabelValues, name: string): string | undefined {
  try {
    return given(labels, name);
  } catch {
    return undefined;
  }
}

/** An instrument of any kind and labels, as exporters hold it. */
export type AnyInstrument = Instrument<LabelValues, Cell>;
