import type { MetricDescriptor } from './descriptor.ts';

/** A declaration that can't work, with every problem it has. Thrown when the metric is declared, never when it is recorded. */
export class DeclarationError extends Error {
  // Given in the constructor: a class with fields, or one that names itself within, is called something else in the bundles, and so in every stack.
  declare readonly name: 'DeclarationError';
  /** One sentence for each problem, in the order they were found. */
  declare readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[], options?: { readonly cause: unknown }) {
    super(
      `${subject} can't be declared:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    );
    this.name = 'DeclarationError';
    this.problems = problems;
  }

  /** What a declaration throws when `error` was thrown over what it was given, such as a getter that throws: this, with the error as its cause. */
  static from(error: unknown, subject: string): DeclarationError {
    // biome-ignore-start lint/complexity/noThisInStatic: as said above
    if (error instanceof this) return error;
    return new this(subject, ['something in it is of the wrong type or can not be read'], { cause: error });
    // biome-ignore-end lint/complexity/noThisInStatic: as said above
  }
}

const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const CONVENTION = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const LABEL = /^[a-zA-Z][a-zA-Z0-9_]*$/;
/** Prometheus writes these itself: `job` and `instance` at the scrape, `le` and `quantile` in the formats. */
const RESERVED_LABELS = new Set(['job', 'instance', 'le', 'quantile']);
/** Base units only (Prometheus naming practice), so that no query has to convert. */
const NOT_BASE_UNITS = new Map(
  Object.entries({
    milliseconds: '_seconds',
    ms: '_seconds',
    minutes: '_seconds',
    hours: '_seconds',
    days: '_seconds',
    kilobytes: '_bytes',
    megabytes: '_bytes',
    mb: '_bytes',
    kb: '_bytes',
    percent: '_ratio (0 to 1)',
    pct: '_ratio (0 to 1)',
  }),
);
const MERGES: readonly unknown[] = ['sum', 'max', 'min', 'latest', 'newest', 'each', 'own'];
const KINDS: readonly unknown[] = ['counter', 'gauge', 'histogram', 'info'];
const SUFFIX_OF_KIND = { counter: '_total', info: '_info' } as const;
const SUFFIXES_OF_OTHERS = ['_total', '_info', '_bucket', '_sum', '_count', '_created'];

const LONGEST_TOLD = 100;

/** What was given, as far as it helps to read it; it may be of any kind and length. */
function told(value: unknown): string {
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : `of the type ${value === null ? 'null' : typeof value}`;
  return text.length <= LONGEST_TOLD ? text : `${text.slice(0, LONGEST_TOLD)}…`;
}

/** Everything that is wrong with a descriptor, in plain sentences; empty when it is sound. */
export function problemsOf(descriptor: MetricDescriptor): string[] {
  return [
    ...nameProblems(descriptor),
    ...unitProblems(descriptor),
    ...labelProblems(descriptor),
    ...seriesProblems(descriptor),
    ...expiryProblems(descriptor),
    ...mergeProblems(descriptor),
    ...bucketProblems(descriptor),
  ];
}

function nameProblems({ kind, name, help, maxSeries, convention }: MetricDescriptor): string[] {
  const problems: string[] = [];
  if (!KINDS.includes(kind)) problems.push(`the kind must be one of ${KINDS.join(', ')}`);
  if (typeof name !== 'string' || !NAME.test(name)) {
    return [...problems, `the name ${told(name)} must match ${NAME.source}`];
  }
  const required = kind === 'counter' || kind === 'info' ? SUFFIX_OF_KIND[kind] : undefined;
  if (required !== undefined && !name.endsWith(required)) {
    problems.push(`the name of ${kind === 'info' ? 'an info' : 'a counter'} must end in ${required}`);
  }
  // The conventions call a gauge db.client.connection.count.
  const allowed = [
    required,
    kind === 'gauge' && typeof convention === 'string' && convention.endsWith('.count')
      ? '_count'
      : undefined,
  ];
  const foreign = SUFFIXES_OF_OTHERS.find((suffix) => !allowed.includes(suffix) && name.endsWith(suffix));
  if (foreign !== undefined)
    problems.push(
      `the name of a ${kind} must not end in ${foreign}, which means something else to Prometheus`,
    );
  for (const part of name.split('_')) {
    const base = NOT_BASE_UNITS.get(part.toLowerCase());
    if (base !== undefined) problems.push(`the name says "${part}"; use the base unit: ${base}`);
  }
  if (typeof help !== 'string' || help.trim() === '') problems.push('help must say what the value means');
  if (!Number.isInteger(maxSeries) || maxSeries < 1) problems.push('maxSeries must be a whole number from 1');
  if (convention !== undefined && !(typeof convention === 'string' && CONVENTION.test(convention)))
    problems.push(
      `the convention ${told(convention)} must be a dotted name such as "http.server.request.duration"`,
    );
  return problems;
}

function unitProblems({ name, unit }: MetricDescriptor): string[] {
  if (unit === undefined) return [];
  if (typeof unit !== 'string')
    return [`the unit must be a text: "s", "By" or an annotation such as "{row}"`];
  if (unit === '1')
    return ['the unit must not be "1": translators turn it into a second suffix (_ratio); leave it out'];
  if (unit === 's' && !/_seconds(_|$)/.test(name)) return ['the unit is "s", so the name must say _seconds'];
  if (unit === 'By' && !/_bytes(_|$)/.test(name)) return ['the unit is "By", so the name must say _bytes'];
  if (unit !== 's' && unit !== 'By' && !/^\{[^{}]+\}$/.test(unit)) {
    return [`the unit ${told(unit)} must be "s", "By" or an annotation such as "{row}"`];
  }
  return [];
}

function labelProblems({ labels }: MetricDescriptor): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { name, values } of labels) {
    if (typeof name !== 'string' || !LABEL.test(name))
      problems.push(`the label ${told(name)} must match ${LABEL.source}`);
    else if (RESERVED_LABELS.has(name))
      problems.push(`the label "${name}" belongs to Prometheus; choose another, such as "${name}_name"`);
    if (seen.has(name)) problems.push(`the label "${name}" is declared twice`);
    seen.add(name);
    if (values === undefined) continue;
    if (values.length === 0) problems.push(`the label "${name}" has an empty set of values`);
    if (new Set(values).size !== values.length) problems.push(`the label "${name}" lists a value twice`);
    if (values.some((value) => typeof value !== 'string' || value === ''))
      problems.push(`the values of "${name}" must be non-empty strings`);
  }
  return problems;
}

/** Closed sets are born at zero, and never fold into the overflow series: their product has to fit. */
function seriesProblems({ labels, maxSeries }: MetricDescriptor): string[] {
  const closed = labels.filter(({ values }) => values !== undefined && values.length > 0);
  const series = closed.reduce((product, { values }) => product * values!.length, 1);
  if (!(typeof maxSeries === 'number' && maxSeries >= 1 && series > maxSeries)) return [];
  const sets = closed.map(({ name, values }) => `${name} (${values!.length})`).join(' × ');
  return [
    `the closed labels ${sets} make ${series} series at once, which is more than maxSeries (${maxSeries}); leave the largest open, or raise maxSeries`,
  ];
}

/** What is born at zero must stay: a series that ended would come back as an unseen first event. */
function expiryProblems({ labels, expiresAfterSeconds: seconds }: MetricDescriptor): string[] {
  if (seconds === undefined) return [];
  if (!(typeof seconds === 'number' && seconds > 0 && seconds < Infinity))
    return ['expiresAfterSeconds must be a number above 0'];
  if (labels.every(({ values }) => values !== undefined))
    return [
      'expiresAfterSeconds needs a label whose values are open: closed ones are exported from the start',
    ];
  return [];
}

function bucketProblems({ kind, buckets }: MetricDescriptor): string[] {
  if (kind !== 'histogram') return buckets === undefined ? [] : [`a ${kind} has no buckets`];
  if (!Array.isArray(buckets) || buckets.length === 0)
    return ['a histogram needs buckets: upper bounds that fit the work it measures'];
  const problems: string[] = [];
  if (buckets.some((bound) => typeof bound !== 'number' || !Number.isFinite(bound)))
    problems.push('every bucket must be a finite number (+Inf is added for you)');
  if (buckets.some((bound, i) => i > 0 && bound <= buckets[i - 1]!)) problems.push('buckets must ascend');
  return problems;
}

function mergeProblems({ kind, merge }: MetricDescriptor): string[] {
  if (merge === undefined) return [];
  if (kind === 'counter' && merge === 'max') return [];
  if (kind !== 'gauge')
    return [
      `merge is for gauges${kind === 'counter' ? ', and max for counters' : ''}; what a ${kind} counts in several processes is added up`,
    ];
  const isKnown = typeof merge === 'object' ? typeof merge?.newestBy === 'string' : MERGES.includes(merge);
  return isKnown ? [] : [`merge must be one of ${MERGES.join(', ')}, or { newestBy: gauge }`];
}
