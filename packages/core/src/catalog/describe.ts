import type { Described, Merge, MetricDescriptor, MetricKind } from './descriptor.ts';
import { given } from './given.ts';
import {
  describeLabels,
  type LabelSpec,
  type LabelsOf,
  type LabelValues,
  labelSpecProblems,
} from './labels.ts';
import { DeclarationError, problemsOf } from './problems.ts';
import type { Matchers, Selector } from './selector.ts';

/** What every metric is declared with. */
export interface MetricOptions<S extends LabelSpec> {
  /** One sentence: what one unit of the value means. Shown by Prometheus and in the docs. */
  readonly help: string;
  /** The labels: names alone, or names with their closed sets. Default: none. */
  readonly labels?: S;
  /** UCUM annotation such as `{row}`. Default: taken from the name (`_seconds`, `_bytes`), else none. */
  readonly unit?: string;
  /**
   * Series kept per process before new ones fold into the overflow series. Closed sets never fold, so all their combinations must fit.
   * Default 2,000, the cardinality limit of the OpenTelemetry metrics SDK specification.
   */
  readonly maxSeries?: number;
  /**
   * A series ends by itself when nothing was recorded in it for so many seconds: for labels that come and go, such as a tenant or a session, so that a gauge does not say for ever what was
   * true last. It leaves the export, its room is free for another, and the next record begins it anew, through a handle too; of a counter at 0, which Prometheus takes for a restart, so
   * choose a time that is longer than what is rated over. A series that `observe` reads ends with its reader alone. No timer waits for it. Needs a label whose values are open.
   * Default: none ends before the process.
   * @example
   * const depth = gauge('tenant_queue_depth', { help: 'Items that wait.', labels: ['tenant'], expiresAfterSeconds: 3_600 });
   */
  readonly expiresAfterSeconds?: number | undefined;
  /** The name in OpenTelemetry's semantic conventions, where it has one. Where an OpenTelemetry instrumentation of the host measures the same, its series are exported and these are not. Default: none. */
  readonly convention?: string;
  /**
   * How the values that several processes state in one series become one, where one process serves for all: `sum`, `max`, `min`, `latest`, `newest`, `each`, `own`, or
   * `{ newestBy: gauge }`. Say `max` of what every process reads from one place, such as the depth of a shared queue. Of counters only `max` can be said, where what is counted belongs to no
   * process alone, such as to their container; else they are added up, as histograms always are.
   * Default: `latest` for a name that ends in `_timestamp_seconds`, else `sum`. See docs/processes.md.
   */
  readonly merge?: Exclude<Merge, object> | { readonly newestBy: Described | string } | undefined;
}

/** A histogram also needs the upper bounds of its buckets, ascending, without +Inf. */
export interface HistogramOptions<S extends LabelSpec> extends MetricOptions<S> {
  readonly buckets: readonly number[];
}

const METRIC_OPTIONS = Object.keys({
  help: true,
  labels: true,
  unit: true,
  maxSeries: true,
  expiresAfterSeconds: true,
  convention: true,
  merge: true,
  buckets: true,
} satisfies { readonly [name in keyof HistogramOptions<LabelSpec>]-?: true });

const DEFAULT_MAX_SERIES = 2_000;

/**
 * A metric as data, which nothing records yet. It is its own descriptor, so that rules, dashboards and tests take it as they take an instrument:
 * `` promql`sum(${httpServerRequestDuration})` ``, `readMetric(cacheOperations, labels)`.
 */
export interface DeclaredMetric<L extends LabelValues = LabelValues, K extends MetricKind = MetricKind>
  extends MetricDescriptor<L, K>,
    Described<L> {
  /** Some of this metric's series, for rules and dashboards. */
  where(matchers: Matchers<L>): Selector<L>;
}

/**
 * What a declared metric has besides its data: not enumerable, so that its data alone is compared, copied and printed. There is no
 * `Object.prototype` behind it, whose properties would pass for options that it does not have.
 */
const DECLARED: object = Object.create(null, {
  descriptor: {
    get() {
      return this;
    },
  },
  where: {
    value(matchers: Matchers<LabelValues>) {
      return { descriptor: this, matchers };
    },
  },
});

/** A checked, frozen metric. Throws a {@link DeclarationError} that lists every problem at once. */
export function describe<const S extends LabelSpec = readonly [], K extends MetricKind = MetricKind>(
  kind: K,
  name: string,
  options: MetricOptions<S> & { readonly buckets?: readonly number[] },
): DeclaredMetric<LabelsOf<S>, K> {
  try {
    return checked(kind, name, options);
  } catch (error) {
    throw DeclarationError.from(error, typeof name === 'string' ? `The metric "${name}"` : 'A metric');
  }
}

function checked<const S extends LabelSpec, K extends MetricKind>(
  kind: K,
  name: string,
  options: MetricOptions<S> & { readonly buckets?: readonly number[] },
): DeclaredMetric<LabelsOf<S>, K> {
  if (typeof options !== 'object' || options === null) {
    throw new DeclarationError(`The ${kind} ${JSON.stringify(name)}`, [
      'options must be an object with at least "help"',
    ]);
  }
  const unit = given(options, 'unit') ?? unitOf(name);
  const buckets = given(options, 'buckets');
  const convention = given(options, 'convention');
  const expiresAfterSeconds = given(options, 'expiresAfterSeconds');
  const merge = mergeIn(given(options, 'merge'));
  const data: MetricDescriptor<LabelsOf<S>, K> = {
    kind,
    name,
    help: given(options, 'help')!,
    ...(unit === undefined ? {} : { unit }),
    labels: Object.freeze(describeLabels(given(options, 'labels'))),
    ...(buckets === undefined
      ? {}
      : { buckets: Array.isArray(buckets) ? Object.freeze([...buckets]) : buckets }),
    maxSeries: given(options, 'maxSeries') ?? DEFAULT_MAX_SERIES,
    ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }),
    ...(convention === undefined ? {} : { convention }),
    ...(merge === undefined ? {} : { merge }),
  };
  const metric: DeclaredMetric<LabelsOf<S>, K> = Object.assign(Object.create(DECLARED), data);
  const problems = [
    ...problemsOf(metric),
    ...labelSpecProblems(given(options, 'labels')),
    ...unknownOptions(options),
  ];
  if (problems.length > 0) throw new DeclarationError(`The ${kind} ${JSON.stringify(name)}`, problems);
  return Object.freeze(metric);
}

/** A gauge that is named by itself is named by its name from here on: a descriptor is data. */
function mergeIn(merge: MetricOptions<LabelSpec>['merge']): Merge | undefined {
  if (typeof merge !== 'object' || merge === null) return merge;
  const { newestBy } = merge;
  const name: unknown = typeof newestBy === 'string' ? newestBy : newestBy?.descriptor?.name;
  // What names no gauge is told of with all else that is wrong.
  return Object.freeze({ newestBy: name as string });
}

/** In JavaScript nothing else tells that `label` is not `labels`, and the metric would have none. */
function unknownOptions(options: object): string[] {
  return Object.keys(options)
    .filter((name) => !METRIC_OPTIONS.includes(name) && options[name as keyof typeof options] !== undefined)
    .map((name) => `${JSON.stringify(name)} is no option; known are ${METRIC_OPTIONS.join(', ')}`);
}

/** The OTel unit that a classic Prometheus name already states. */
function unitOf(name: string): string | undefined {
  if (/_seconds(_total)?$/.test(name)) return 's';
  if (/_bytes(_total)?$/.test(name)) return 'By';
  return undefined;
}
