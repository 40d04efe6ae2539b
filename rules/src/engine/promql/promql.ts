import type { LabelMatch, MetricDescriptor } from '@sightglass/core';
import { type Duration, formatDuration } from './duration.ts';
import { type Threshold, type ThresholdOverrides, thresholdValue } from './threshold.ts';

/** What a label is matched with: as in the `where` of a metric, or by a regular expression that all of its value must match, or must not. */
export type LabelMatcher = LabelMatch | { readonly matches: string } | { readonly matchesNot: string };

/** A series that rules read and somebody else emits, such as `up`. Its labels are declared so that the checker knows them. */
export interface ExternalMetric {
  readonly external: string;
  readonly kind: 'counter' | 'gauge';
  /** Its labels, besides the target's own `job` and `instance`. */
  readonly labels: readonly string[];
  readonly matchers?: { readonly [label: string]: LabelMatcher | undefined };
  /**
   * Whose series these are, which decides whether they take the selector of an installation. `service`: of the targets of our services, such as
   * `up`; they do. `alerts`: the `ALERTS` of our own alerts, which carry the labels of our series too; they do. `monitoring`: of Prometheus or
   * Alertmanager, which serve every installation; they do not. Default `monitoring`.
   */
  readonly of?: 'service' | 'alerts' | 'monitoring';
  /** Further matchers as PromQL, such as `job="offload"`: see {@link matching}. */
  readonly matching?: string;
}

/** The result of a recording rule, as other expressions read it. It carries the labels of the installation's selector too. */
export interface RecordedSeries {
  readonly record: string;
  /** The labels that its expression leaves, in the order of its name's level. */
  readonly labels: readonly string[];
  readonly matchers?: { readonly [label: string]: LabelMatcher | undefined };
}

/** A declared metric, or some of its series: an instrument, or what its `where` gives. */
export interface MetricReference {
  readonly descriptor: Omit<MetricDescriptor, 'labelValues'>;
  readonly matchers?: { readonly [label: string]: LabelMatcher | undefined };
}

/** What an expression may interpolate. A metric that is not declared can't be written. */
export type Part =
  | MetricReference
  | RecordedSeries
  | ExternalMetric
  | Duration
  | Threshold
  | Query
  | number
  | { readonly raw: string };

/** A PromQL expression as data: text with holes. {@link renderQuery} fills them. */
export interface Query {
  readonly text: readonly string[];
  readonly parts: readonly Part[];
}

/**
 * A PromQL expression. Metrics, selectors, recorded series, durations, thresholds and other expressions are interpolated as objects:
 * `` promql`sum by (table) (increase(${offloadErrors}[${minutes(15)}])) > ${errorsAllowed}` ``.
 */
export function promql(text: TemplateStringsArray, ...parts: readonly Part[]): Query {
  return Object.freeze({ text, parts });
}

/** Some of the series of a recording rule, of an external metric or of a bare descriptor; instruments have a `where` of their own. */
export function where<M extends RecordedSeries | ExternalMetric | MetricReference>(
  metric: M,
  matchers: { readonly [label: string]: LabelMatcher },
): M {
  // A metric that is declared as data has its descriptor where a copy would lose it.
  const own = 'descriptor' in metric ? { descriptor: metric.descriptor } : {};
  const before = 'matchers' in metric ? metric.matchers : {};
  return { ...metric, ...own, matchers: { ...before, ...matchers } };
}

/** Some of the series of an external metric, by matchers that an installation gives as PromQL. */
export const matching = (metric: ExternalMetric, matchers: string): ExternalMetric => ({
  ...metric,
  matching: matchers,
});

/** A histogram's buckets, sum or count, each a counter: `bucketOf(x)` is `x_bucket`. */
export const bucketOf = (metric: MetricReference): MetricReference => partOf(metric, '_bucket');
export const sumOf = (metric: MetricReference): MetricReference => partOf(metric, '_sum');
export const countOf = (metric: MetricReference): MetricReference => partOf(metric, '_count');

function partOf({ descriptor, matchers = {} }: MetricReference, suffix: string): MetricReference {
  return { descriptor: { ...descriptor, kind: 'counter', name: descriptor.name + suffix }, matchers };
}

/**
 * A bucket's bound by every text that stands for it: as text formats write it, and as OpenMetrics does, which Prometheus 3 stores whatever was scraped:
 * with a decimal point or an exponent, as Go prints it.
 */
export function boundTexts(bound: number): readonly string[] {
  const [digits = '', exponent = ''] = bound.toExponential().split('e');
  const power = Number(exponent);
  const plain = String(bound);
  if (power < -4 || power >= 6)
    return [plain, `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`];
  return plain.includes('.') ? [plain] : [plain, `${plain}.0`];
}

/** Text that stands for itself, such as a Grafana variable. */
export const raw = (text: string): { readonly raw: string } => ({ raw: text });

/** Labels as PromQL lists them: `job_name, source`. */
export const list = (labels: readonly string[]): { readonly raw: string } => raw(labels.join(', '));

/** The larger of two series of the same things, by the labels of these; the one that there is where the other is not. */
export const larger = (labels: readonly string[], a: Part, b: Part): Query =>
  promql`(${a} >= on (${list(labels)}) ${b} or on (${list(labels)}) ${b} or on (${list(labels)}) ${a})`;

/** A duration as a number of seconds, to compare ages with, rather than as a range. */
export const asSeconds = (duration: Duration): Threshold => ({
  thresholdKey: '',
  value: duration,
  reason: '',
});

/** How expressions are rendered for one installation. */
export interface RenderContext {
  /**
   * Labels that tell this installation's series from another's, such as `{ namespace: 'prod' }`: matched in every metric of ours, and put on
   * every recorded series and alert. Default: none.
   */
  readonly selector?: { readonly [label: string]: string };
  readonly thresholds?: ThresholdOverrides;
  /** Speeds all times up by this factor, for live tests. Default 1. */
  readonly scale?: number;
}

/** The expression as text, its lines trimmed and joined where the template broke them. */
export function renderQuery(query: Query, context: RenderContext = {}): string {
  const text = query.text.reduce(
    (sum, piece, i) => sum + piece + (i < query.parts.length ? renderPart(query.parts[i]!, context) : ''),
    '',
  );
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

function renderPart(part: Part, context: RenderContext): string {
  if (typeof part === 'number') return String(part);
  if ('raw' in part) return part.raw;
  if ('text' in part) return renderQuery(part, context);
  if ('record' in part) return selectorText(part.record, part.matchers ?? {}, context.selector ?? {});
  if ('external' in part)
    return selectorText(
      part.external,
      part.matchers ?? {},
      part.of === 'service' || part.of === 'alerts' ? (context.selector ?? {}) : {},
      part.matching,
    );
  if ('durationSeconds' in part) return formatDuration(part, context.scale);
  if ('thresholdKey' in part) return String(thresholdValue(part, context.thresholds, context.scale));
  return selectorText(part.descriptor.name, part.matchers ?? {}, context.selector ?? {});
}

function selectorText(
  name: string,
  matchers: NonNullable<MetricReference['matchers']>,
  common: { readonly [label: string]: string },
  text?: string,
): string {
  const all = [
    ...(text === undefined ? [] : [text]),
    ...Object.entries({ ...matchers, ...common }).flatMap(([label, match]) =>
      match === undefined ? [] : [matcherText(label, match)],
    ),
  ];
  return all.length === 0 ? name : `${name}{${all.join(',')}}`;
}

function matcherText(label: string, match: LabelMatcher): string {
  if (typeof match === 'object' && 'matches' in match) return `${label}=~${JSON.stringify(match.matches)}`;
  if (typeof match === 'object' && 'matchesNot' in match)
    return `${label}!~${JSON.stringify(match.matchesNot)}`;
  const negated = typeof match === 'object' && 'not' in match;
  const wanted = negated ? match.not : match;
  if (Array.isArray(wanted)) {
    const alternatives = wanted
      .map((value: string) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('|');
    return `${label}${negated ? '!~' : '=~'}${JSON.stringify(alternatives)}`;
  }
  return `${label}${negated ? '!=' : '='}${JSON.stringify(wanted)}`;
}
