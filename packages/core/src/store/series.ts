import { MAX_LABEL_LENGTH } from '../base/index.ts';
import type { LabelValues, MetricDescriptor } from '../catalog/index.ts';
import type { PagedCell, Pages } from '../handover/index.ts';
import type { Cell, CellContext } from './cells.ts';
import type { Clock } from './clock.ts';
import { LabelIndex } from './label-index.ts';
import type { Losses } from './losses.ts';

/** Takes the place of every open label's value in the series that holds what did not fit. Closed labels keep theirs, so ratios stay true. */
export const OVERFLOW_VALUE = '__overflow__';

/** What a store gives to the series of each metric. */
export interface SeriesEnvironment {
  readonly clock: Clock;
  readonly losses: Losses;
  /** False when OTEL_SDK_DISABLED asks for silence: then no series is ever kept. */
  readonly enabled: boolean;
  /** Where its numbers lie that another thread reads. */
  readonly pages: Pages | undefined;
}

/**
 * The series of one metric: finds or creates the cell for a set of labels, and keeps their number bounded.
 * A look-up that hits costs one map read for each label; everything else happens once for each series.
 */
export class Series<C extends Cell> {
  readonly context: CellContext;
  /** Changes when a series is removed or set back to its birth. What an exporter remembers by position or by value is void then. */
  revision = 0;
  readonly #descriptor: MetricDescriptor;
  readonly #index: LabelIndex<C>;
  readonly #create: (values: readonly string[]) => C;
  readonly #losses: Losses;
  readonly #enabled: boolean;
  readonly #open: boolean;
  #cells: C[] = [];
  /** Cells that are still in the list though they were removed: taken out together, since each by itself would move all behind it. */
  readonly #removed = new Set<C>();
  #overflowCells = 0;

  constructor(
    descriptor: MetricDescriptor,
    environment: SeriesEnvironment,
    create: (context: CellContext, values: readonly string[], startMs: number) => C,
  ) {
    this.#descriptor = descriptor;
    this.#losses = environment.losses;
    this.#enabled = environment.enabled;
    this.#open = descriptor.labels.some((label) => label.values === undefined);
    this.#index = new LabelIndex(descriptor.labels.map((label) => label.name));
    this.context = {
      metric: descriptor.name,
      losses: environment.losses,
      clock: environment.clock,
      pages: environment.pages,
      forward: undefined,
    };
    this.#create = (values) => create(this.context, values, environment.clock.wallMs());
  }

  /** Live cells in the order they were born. Exporters read it; they never change it. */
  get cells(): readonly C[] {
    if (this.#removed.size > 0) this.#takeOut();
    return this.#cells;
  }

  /** The cell for these labels, born now if it is new. Undefined, and counted, when a label is missing or outside its closed set. */
  at(labels: LabelValues | undefined): C | undefined {
    try {
      return this.#index.get(labels) ?? this.#resolve(labels);
    } catch {
      // A label is read from the host's object, where a getter may throw.
      this.#losses.dropped(this.#descriptor.name, 'bad_label');
      return undefined;
    }
  }

  /** The cell for these labels if it lives; nothing is created or counted. */
  peek(labels: LabelValues | undefined): C | undefined {
    try {
      return this.#index.get(labels);
    } catch {
      return undefined;
    }
  }

  /** Whether the cell is in the export: made here, and not removed since. */
  has(cell: C): boolean {
    return this.#index.getValues(cell.values) === cell;
  }

  /** Ends a series: it leaves the export at once. A handle kept on it goes on working and records to nowhere. */
  remove(labels: LabelValues | undefined): boolean {
    const cell = this.peek(labels);
    return cell !== undefined && this.removeCell(cell);
  }

  /** Ends the series of this cell, as {@link remove} does, unless it has ended already. */
  removeCell(cell: C): boolean {
    if (!this.has(cell)) return false;
    this.revision++;
    this.#index.delete(cell.values);
    this.context.pages?.gone(cell);
    this.#removed.add(cell);
    // Nobody may ask for the list for long. Half of it at a time, each costs no more than two moves.
    if (this.#removed.size * 2 > this.#cells.length) this.#takeOut();
    if (cell.values.includes(OVERFLOW_VALUE)) this.#overflowCells--;
    return true;
  }

  /** Ends every series that has these label values, whatever its other labels. Returns how many. */
  removeAll(labels: LabelValues): number {
    const given = entriesOf(labels);
    const names = this.#descriptor.labels.map(({ name }) => name);
    if (given?.every(([name, value]) => names.includes(name) && value !== undefined) !== true) return 0;
    const wanted = new Map(given);
    const matching = this.matching(names.map((name) => wanted.get(name) as string | undefined));
    for (const cell of matching) this.removeCell(cell);
    return matching.length;
  }

  /** The live cells with these label values, in declaration order; where one is undefined, whatever it is. */
  matching(values: readonly (string | undefined)[]): readonly C[] {
    return this.#index.matching(values);
  }

  /** Sets every series back to its birth. */
  reset(): void {
    this.revision++;
    for (const cell of this.cells) cell.reset();
  }

  /** Keeps a series from ending by itself, because it is read and not recorded. For metrics that end theirs (`expiresAfterSeconds`); for others nothing. */
  hold(_cell: C): void {}

  /** The labels by which a handle has to look its series up at each call, since it may have ended meanwhile; undefined where none ends by itself. */
  labelsAgain(_cell: C): LabelValues | undefined {
    return undefined;
  }

  /** Ends what is due, for room. */
  protected endDue(): void {}

  /** A cell that is in no export: what a handle is bound to when its labels are wrong or the SDK is disabled. */
  detached(): C {
    return this.#create([]);
  }

  get #isFull(): boolean {
    const live = this.#cells.length - this.#removed.size;
    return live - this.#overflowCells >= this.#descriptor.maxSeries;
  }

  #resolve(labels: LabelValues | undefined): C | undefined {
    if (!this.#enabled) return undefined;
    const values = this.#check(labels);
    if (values === undefined) {
      this.#losses.dropped(this.#descriptor.name, 'bad_label', () => wrongLabel(this.#descriptor, labels));
      return undefined;
    }
    const known = this.#index.getValues(values);
    if (known !== undefined) return known;
    if (this.#isFull) this.endDue();
    if (this.#open && (this.#isFull || values.some((value) => value.length > MAX_LABEL_LENGTH)))
      return this.#overflow(values);
    return this.#add(values);
  }

  /** The values in declaration order, or undefined when the labels are not the metric's. Numbers and booleans are written as text. */
  #check(labels: LabelValues | undefined): string[] | undefined {
    if (this.#descriptor.labels.length === 0) return [];
    if (typeof labels !== 'object' || labels === null) return undefined;
    const values: string[] = [];
    for (const label of this.#descriptor.labels) {
      const given: unknown = labels[label.name];
      if (!isWritable(given)) return undefined;
      // Half a surrogate pair has no UTF-8, so two different ones would become one series twice.
      const value = String(given).replaceAll(/\p{Surrogate}/gu, '\uFFFD');
      if (label.values !== undefined && !label.values.includes(value)) return undefined;
      values.push(value);
    }
    return values;
  }

  #overflow(values: readonly string[]): C | undefined {
    const folded = this.#descriptor.labels.map((label, i) =>
      label.values === undefined ? OVERFLOW_VALUE : values[i]!,
    );
    // What comes from the overflow series of another process was counted there.
    if (values.some((value, i) => value !== folded[i])) this.#losses.overflowed(this.#descriptor.name);
    const known = this.#index.getValues(folded);
    if (known !== undefined) return known;
    this.#overflowCells++;
    return this.#add(folded);
  }

  #takeOut(): void {
    // A new list: whoever goes through the old one has a whole one.
    this.#cells = this.#cells.filter((cell) => !this.#removed.has(cell));
    this.#removed.clear();
  }

  #add(values: readonly string[]): C {
    const cell = this.#create(values);
    this.#index.set(values, cell);
    this.#cells.push(cell);
    this.context.pages?.born(this.#descriptor, cell as unknown as PagedCell);
    return cell;
  }
}

/** Whether a value is written as text. */
const isWritable = (value: unknown): boolean => {
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'bigint';
};

/** Which label is not as it was declared. What was given is not said: it may come from anywhere. */
function wrongLabel({ labels: declared }: MetricDescriptor, given: LabelValues | undefined): string {
  if (typeof given !== 'object' || given === null)
    return `it needs the labels ${declared.map(({ name }) => name).join(', ')}`;
  for (const { name, values } of declared) {
    const value: unknown = given[name];
    if (value === undefined) return `the label ${name} is missing`;
    if (values !== undefined && !values.includes(String(value)))
      return `the label ${name} must be one of ${values.join(', ')}`;
    if (!isWritable(value)) return `the label ${name} must be a string`;
  }
  return 'its labels can not be read';
}

/** The labels one by one; undefined when they can't be read, which must not be taken for "all series". */
function entriesOf(labels: LabelValues): [string, unknown][] | undefined {
  try {
    return typeof labels === 'object' ? Object.entries(labels) : undefined;
  } catch {
    return undefined;
  }
}
