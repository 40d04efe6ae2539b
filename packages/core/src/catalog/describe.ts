import type { MetricDescriptor, MetricKind } from './descriptor.ts';
import { describeLabels, type LabelSpec, type LabelsOf } from './labels.ts';
import { DeclarationError, problemsOf } from './problems.ts';

/** What every metric is declared with. */
export interface MetricOptions<S extends LabelSpec> {
  /** One sentence: what one unit of the value means. Shown by Prometheus and in the docs. */
  readonly help: string;
  /** The labels: names alone, or names with their closed sets. Default: none. */
  readonly labels?: S;
  /** UCUM annotation such as `{row}`. Default: taken from the name (`_seconds`, `_bytes`), else none. */
  readonly unit?: string;
  /**
   * Series kept per process before new ones fold into the overflow series.
   * Default 2,000, the cardinality limit of the OpenTelemetry metrics SDK specification.
   */
  readonly maxSeries?: number;
  /** The name in OpenTelemetry's semantic conventions, where it has one. Where an OpenTelemetry instrumentation of the host measures the same, its series are exported and these are not. Default: none. */
  readonly convention?: string;
}

/** A histogram also needs the upper bounds of its buckets, ascending, without +Inf. */
export interface HistogramOptions<S extends LabelSpec> extends MetricOptions<S> {
  readonly buckets: readonly number[];
}

const DEFAULT_MAX_SERIES = 2_000;

/** A checked, frozen descriptor. Throws a {@link DeclarationError} that lists every problem at once. */
export function describe<const S extends LabelSpec = readonly []>(
  kind: MetricKind,
  name: string,
  options: MetricOptions<S> & { readonly buckets?: readonly number[] },
): MetricDescriptor<LabelsOf<S>> {
  try {
    return checked(kind, name, options);
  } catch (error) {
    throw DeclarationError.from(error, typeof name === 'string' ? `The metric "${name}"` : 'A metric');
  }
}

function checked<const S extends LabelSpec>(
  kind: MetricKind,
  name: string,
  options: MetricOptions<S> & { readonly buckets?: readonly number[] },
): MetricDescriptor<LabelsOf<S>> {
  if (typeof options !== 'object' || options === null) {
    throw new DeclarationError(`The ${kind} ${JSON.stringify(name)}`, [
      'options must be an object with at least "help"',
    ]);
  }
  const unit = options.unit ?? unitOf(name);
  const descriptor: MetricDescriptor<LabelsOf<S>> = {
    kind,
    name,
    help: options.help,
    ...(unit === undefined ? {} : { unit }),
    labels: Object.freeze(describeLabels(options.labels)),
    ...(options.buckets === undefined ? {} : { buckets: Object.freeze([...options.buckets]) }),
    maxSeries: options.maxSeries ?? DEFAULT_MAX_SERIES,
    ...(options.convention === undefined ? {} : { convention: options.convention }),
  };
  const problems = problemsOf(descriptor);
  if (problems.length > 0) throw new DeclarationError(`The ${kind} ${JSON.stringify(name)}`, problems);
  return Object.freeze(descriptor);
}

/** The OTel unit that a classic Prometheus name already states. */
function unitOf(name: string): string | undefined {
  if (/_seconds(_total)?$/.test(name)) return 's';
  if (/_bytes(_total)?$/.test(name)) return 'By';
  return undefined;
}
