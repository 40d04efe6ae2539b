import { DeclarationError } from '@sightglass/core';
import type { Recording } from '../model/rule.ts';
import { list, promql, type Query, type RecordedSeries, where } from '../promql/promql.ts';
import type { Slo, Subject } from './model.ts';
import { named, type SloSeries } from './series.ts';

/**
 * One figure for several SLOs of the same subjects. `product`: the share of the time, or of the events, in which all of them were good if they
 * fail independently, so that each weakness shows. `mean`: their weighted mean, so that a strong one makes up for a weak one.
 */
export interface Composite {
  readonly name: string;
  readonly description: string;
  /** Labels that all of the SLOs have: one figure for each set of their values. */
  readonly by: Subject;
  readonly method: 'product' | 'mean';
  readonly of: readonly { readonly slo: Slo; readonly weight: number }[];
}

/** Declares a composite. Throws a `DeclarationError` that lists everything wrong with it. */
export function composite(options: Composite): Composite {
  const { name, by, method, of } = options;
  const problems = [
    ...(of.length < 2 ? ['of must name two SLOs or more'] : []),
    ...of.flatMap(({ slo, weight }) => {
      const missing = by.filter((label) => !slo.sli.by.includes(label));
      return [
        ...(missing.length === 0 ? [] : [`the SLO ${slo.name} has no label ${missing.join(', ')}`]),
        ...(weight > 0 ? [] : [`the weight of ${slo.name} must be above 0`]),
        ...(method === 'product' && weight !== 1
          ? [`a product has no weights: that of ${slo.name} must be 1`]
          : []),
      ];
    }),
  ];
  if (problems.length > 0) throw new DeclarationError(`The composite ${JSON.stringify(name)}`, problems);
  return Object.freeze(options);
}

/** The recorded series of composites, told apart by the label `composite`. */
export const reliability = (composites: readonly Composite[]): RecordedSeries => ({
  record: 'slo:reliability:ratio_window',
  labels: [...new Set(['composite', ...composites.flatMap(({ by }) => by)])].sort(),
});

export function compositeRecordings(composites: readonly Composite[], series: SloSeries): Recording[] {
  return composites.map((each) => ({
    record: reliability(composites).record,
    labels: [...each.by, 'composite'],
    staticLabels: { composite: each.name },
    expr: each.method === 'product' ? product(each, series) : mean(each, series),
  }));
}

/** By logarithms: PromQL sums over any number of series, and does not multiply. */
const product = ({ by, of }: Composite, { attained }: SloSeries): Query =>
  promql`exp(sum by (${list(by)}) (ln(${where(attained, named(of.map(({ slo }) => slo)))})))`;

/** SLOs without data do not count, and neither does their weight. */
function mean({ by, of }: Composite, { attained }: SloSeries): Query {
  const terms = (term: (series: RecordedSeries, weight: number) => Query): Query =>
    of
      .map(({ slo, weight }) => term(where(attained, named([slo])), weight))
      .reduce((sum, each) => promql`${sum}\nor\n${each}`);
  return promql`sum by (${list(by)}) (
      ${terms((own, weight) => promql`${weight} * ${own}`)}
    )
    / (sum by (${list(by)}) (
      ${terms((own, weight) => promql`0 * ${own} + ${weight}`)}
    ) > 0)`;
}
