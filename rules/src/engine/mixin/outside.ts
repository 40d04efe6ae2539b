import { DeclarationError, type MetricDescriptor } from '@sightglass/core';
import type { LabelMatcher, MetricReference } from '../promql/promql.ts';

/** A metric of somebody else's, such as an exporter's: data alone, which nobody here can record. */
export interface OutsideMetric extends MetricReference {
  readonly descriptor: MetricDescriptor;
  /** Some of its series. */
  where(matchers: { readonly [label: string]: LabelMatcher }): MetricReference;
}

export interface OutsideOptions {
  /** One sentence: what one unit of the value means. */
  readonly help: string;
  /** Its labels beside `job` and `instance`. Default: none. */
  readonly labels?: readonly string[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Declares a metric that another program exports, for a mixin's `metrics` and expressions. It has the name that it has there, whether or not it follows the rules
 * that `counter()` and `gauge()` hold one's own to: `node_vmstat_oom_kill` counts and has no `_total`. It is no instrument, so that nothing of it is exported from here.
 * Throws a `DeclarationError` that lists everything wrong with it.
 *
 * ```ts
 * const oomKills = outside('counter', 'node_vmstat_oom_kill', { help: 'Processes that the kernel killed for memory.' });
 * ```
 */
export function outside(kind: 'counter' | 'gauge', name: string, options: OutsideOptions): OutsideMetric {
  const { help, labels = [] } = options ?? {};
  const problems = [
    ...(kind === 'counter' || kind === 'gauge' ? [] : ['the kind must be counter or gauge']),
    ...(typeof name === 'string' && NAME.test(name) ? [] : [`the name must match ${NAME.source}`]),
    ...(typeof help === 'string' && help.trim() !== '' ? [] : ['help must say what the value means']),
    ...(Array.isArray(labels) ? labels : ['labels must be a list'])
      .filter((label) => typeof label !== 'string' || !LABEL.test(label) || TARGETS.includes(label))
      .map((label) => `the label ${JSON.stringify(label)} is none that an exporter can give`),
  ];
  if (problems.length > 0) throw new DeclarationError(`The metric ${JSON.stringify(name)}`, problems);
  const descriptor: MetricDescriptor = Object.freeze({
    kind,
    name,
    help,
    labels: Object.freeze(labels.map((label) => ({ name: label }))),
    maxSeries: 1,
  });
  return Object.freeze({
    descriptor,
    where: (matchers) => ({ descriptor, matchers }),
  } satisfies OutsideMetric);
}

/** Prometheus gives them. */
const TARGETS: readonly unknown[] = ['job', 'instance'];
