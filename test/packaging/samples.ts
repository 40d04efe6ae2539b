/** Values by series, each series written as `name{a="1",b="2"}` with its labels in alphabetical order. */
export type Samples = Readonly<Record<string, number>>;

/** What OpenTelemetry adds to a series to say where it comes from. It differs between the ways to export; the measurement does not. */
const isScopeLabel = (name: string) => name.startsWith('otel_scope_');

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a Prometheus text exposition. Throws on a line that is none, and on a series that comes twice. */
export function fromText(text: string): Samples {
  const samples: Record<string, number> = {};
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a sample: ${line}`);
    const pairs = [...labels.matchAll(LABEL)].map((match): [string, string] => [match[1]!, match[2]!]);
    add(samples, name, pairs, value === '+Inf' ? Infinity : Number(value));
  }
  return samples;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface OtlpPoint {
  readonly attributes?: readonly OtlpAttribute[];
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly count?: number | string;
  readonly sum?: number;
  readonly bucketCounts?: readonly (number | string)[];
  readonly explicitBounds?: readonly number[];
}

interface OtlpMetric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] };
}

/** The body of an OTLP/HTTP JSON request for metrics. */
export interface OtlpRequest {
  readonly resourceMetrics?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeMetrics?: readonly {
      readonly scope?: { readonly name?: string };
      readonly metrics?: readonly OtlpMetric[];
    }[];
  }[];
}

/** The samples of an OTLP request, as a scrape of the same data would show them. */
export function fromOtlp(request: OtlpRequest): Samples {
  const samples: Record<string, number> = {};
  for (const { scopeMetrics = [] } of request.resourceMetrics ?? []) {
    for (const metric of scopeMetrics.flatMap(({ metrics = [] }) => metrics)) addMetric(samples, metric);
  }
  return samples;
}

function addMetric(samples: Record<string, number>, { name, sum, gauge, histogram }: OtlpMetric): void {
  for (const point of [...(sum?.dataPoints ?? []), ...(gauge?.dataPoints ?? [])]) {
    add(samples, name, labelsOf(point), Number(point.asDouble ?? point.asInt));
  }
  for (const point of histogram?.dataPoints ?? []) {
    const labels = labelsOf(point);
    let count = 0;
    for (const [i, bucket] of (point.bucketCounts ?? []).entries()) {
      count += Number(bucket);
      const bound = point.explicitBounds?.[i];
      add(
        samples,
        `${name}_bucket`,
        [...labels, ['le', bound === undefined ? '+Inf' : String(bound)]],
        count,
      );
    }
    add(samples, `${name}_count`, labels, Number(point.count));
    add(samples, `${name}_sum`, labels, point.sum ?? Number.NaN);
  }
}

const labelsOf = ({ attributes = [] }: OtlpPoint) =>
  attributes.map(({ key, value }): [string, string] => [key, value.stringValue ?? '']);

function add(samples: Record<string, number>, name: string, labels: [string, string][], value: number): void {
  const pairs = labels
    .filter(([label]) => !isScopeLabel(label))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, text]) => `${label}="${text}"`);
  const series = pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
  if (series in samples) throw new Error(`${series} comes twice`);
  samples[series] = value;
}
