import type { LabelDescriptor, LabelValues } from './labels.ts';

/** The four kinds of metric. An info is a gauge that is always 1 and carries its facts as labels. */
export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'info';

/**
 * How the values that several processes state in one series of a gauge become one, where one process serves for all (`@sightglass/core/setup`). Histograms are always
 * added up, an info is stated once, and a counter is added up unless it is the `max`: where all read it from one place, which has counted for all of them.
 * - `sum`: of the living: requests under way, connections.
 * - `max`, `min`: of the living: what is promised or configured, and is the same in all; the oldest of what is under way.
 * - `latest`: the highest that anybody has stated, whether it lives or not: when something last happened.
 * - `newest`: what was changed last, by whoever, whether it lives or not.
 * - `newestBy`: what the process says whose gauge of that name, with the same labels, is highest: how something last went, said by who did it last.
 * - `each`: every process by itself, by the label `process`: memory, the event loop. The one that serves has no such label.
 * - `own`: of the process that serves alone.
 */
export type Merge =
  | 'sum'
  | 'max'
  | 'min'
  | 'latest'
  | 'newest'
  | 'each'
  | 'own'
  | { readonly newestBy: string };

/** How a metric is merged: as it says, else by its name. A time at which something happened is the `latest`, anything else the `sum`. */
export function mergeOf({ merge, kind, name }: Pick<MetricDescriptor, 'merge' | 'kind' | 'name'>): Merge {
  if (kind === 'info') return 'max';
  return merge ?? (name.endsWith('_timestamp_seconds') ? 'latest' : 'sum');
}

/**
 * A metric as immutable data: what the host records with, what rules and dashboards read, what the docs print.
 * `L` is the object of label values that the metric takes; it exists for the compiler only.
 */
export interface MetricDescriptor<L extends LabelValues = LabelValues, K extends MetricKind = MetricKind> {
  readonly kind: K;
  /** The Prometheus name, identical by scrape and by OTLP. */
  readonly name: string;
  /** One sentence: what one unit of the value means. */
  readonly help: string;
  /** UCUM unit (`s`, `By`, `{row}`). Derived from the name for `_seconds` and `_bytes`; absent for ratios and plain counts. */
  readonly unit?: string;
  readonly labels: readonly LabelDescriptor[];
  /** Upper bounds of a histogram's buckets, ascending, without +Inf. */
  readonly buckets?: readonly number[];
  /** How many series one process keeps before new ones fold into the overflow series. */
  readonly maxSeries: number;
  /** After how many seconds without a record a series ends; absent where it lives as long as the process. */
  readonly expiresAfterSeconds?: number;
  /**
   * The name that OpenTelemetry's semantic conventions give to what is measured, such as `http.server.request.duration`.
   * Present where a host may measure the same with OpenTelemetry's own instrumentation: the SDK's series are then exported, and these are not.
   */
  readonly convention?: string;
  /** How the values of several processes become one; absent where the name tells ({@link mergeOf}). Of gauges, and `max` of counters. */
  readonly merge?: Merge;
  /** Type only, never set: ties the descriptor to its label object. */
  readonly labelValues?: L;
}

/** Anything that stands for a metric: an instrument, or a metric that is declared as data alone. */
export interface Described<L extends LabelValues = LabelValues> {
  readonly descriptor: MetricDescriptor<L>;
}

const HISTOGRAM_SUFFIXES = ['', '_bucket', '_sum', '_count'];

/** The names of all series that a metric may have, and the name of the metric. No other metric may have one of them. */
export function seriesNames({ name, kind }: Pick<MetricDescriptor, 'name' | 'kind'>): readonly string[] {
  return kind === 'histogram' ? HISTOGRAM_SUFFIXES.map((suffix) => name + suffix) : [name];
}

/** True when two descriptors declare the same metric in every respect that a reader of its series could notice. */
export function sameDescriptor(a: MetricDescriptor, b: MetricDescriptor): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
